# %% [markdown]
# ## The most expensive default
#
# One widely used function for SSIM once assumed a range of 255 (or, for floats, of 2) where you
# did not give it one. Thousands of programs hand it pictures in [0, 1]. Nothing crashes; the number
# looks like an SSIM. What happens to it?
#
# > **Predict, and write it down:** a photograph under noise with σ = 0.3, so that it is barely
# > recognised. With the right range its SSIM is 0.10. With `data_range=255`?

# %%
cat = picture("chelsea", (128, 160))
grain = torch.randn(cat.shape, generator=torch.Generator().manual_seed(2))
noisy = (cat + 0.3 * grain).clamp(0, 1)
for data_range in (1.0, 2.0, 255.0):
    print(f"data_range={data_range:5g}:  SSIM {ssim(noisy, cat, data_range).item():.4f}")
show_images({"the photograph": cat[0], "noise, σ = 0.3": noisy[0]}, alt="a cat's face", height=200)

# %% [markdown]
# $C_1$ and $C_2$ are now $255^2$ = 65,025 times what they should be: $C_2 = 58.5$, in pictures
# whose variances are under 0.25. Both fractions become (almost nothing + C) / (almost nothing + C).
#
# Not only is the number too high. It can no longer *tell anything apart*:

# %%
strengths = np.linspace(0, 0.5, 21)
series = [(cat + s * grain).clamp(0, 1) for s in strengths]
curves = {
    f"data_range = {data_range:g}": [ssim(x, cat, data_range).item() for x in series]
    for data_range in (1.0, 2.0, 255.0)
}
plot_curve(
    strengths,
    curves,
    xlabel="σ of the noise, pictures in [0, 1]",
    ylabel="SSIM",
    alt="With a range of 1, SSIM falls steeply from 1 to under 0.1. With a range of 2 it is a "
    "little higher everywhere. With 255 it is a straight line at 1.",
)

# %% [markdown]
# The line at the top looks like an excellent method: next to a "0.91" in somebody else's table, a
# picture of noise wins. And the curve in the middle is worse in a way, because nobody will notice:
# a range of 2 (floats from −1 to 1) is nearly right, and adds up to 0.1.
#
# The other mistake, pictures in [0, 255] with a range of 1, is milder for SSIM, because constants
# that are too *small* only matter in flat regions. For PSNR it costs 48 dB:

# %%
large, large_noisy = 255 * cat, 255 * noisy
for data_range in (255.0, 1.0):
    print(
        f"[0, 255] with data_range={data_range:3g}:  "
        f"SSIM {ssim(large_noisy, large, data_range).item():.4f}   "
        f"PSNR {psnr(large_noisy, large, data_range).item():6.2f} dB"
    )

# %% [markdown]
# So: never rely on a default range. Our library's functions refuse what cannot be right:

# %%
import retouch.metrics

try:
    retouch.metrics.ssim(noisy, cat, data_range=255)
except ValueError as error:
    print(error)
