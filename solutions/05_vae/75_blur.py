# %% [markdown]
# ## What the blur is
#
# VAEs are said to make blurred pictures, and GANs sharp ones. See for yourself what the blur is
# made of. First in the plane of codes from before. Choose one place, look up the sixteen training
# pictures whose clouds are nearest, and average *them*, pixel by pixel.
#
# > **Predict:** how does their mean compare with what the decoder says about this place?

# %%
with torch.no_grad():
    means = torch.cat([flat.encode(binarize(p.to(device)))[0] for p in train.images.split(1000)])
    place = flat.encode(binarize(solid(train, 9).to(device)))[0]
    nearest = (means - place).norm(dim=1).argsort()[:16].cpu()
    neighbours = binarize(train.images[nearest])
    answer = flat.decode(place).sigmoid()
walls(
    {"sixteen pictures that live at this place": neighbours},
    "sixteen boots, alike in outline and each different in its details",
)
show_images(
    {"their mean": neighbours.mean(dim=0), "the decoder's answer there": answer[0].cpu()},
    alt="one blurred boot, white in the middle and gray at its edges",
    height=150,
)

# %% [markdown]
# They look alike. (The decoder is softer still: it has to serve all of a cloud, not one place.)
# Given the code, sixteen pictures are possible, and the decoder has to name *one* probability for
# each pixel. The best it can do is the share of pictures in which the pixel is white. **The blur is
# an average over possibilities**: a gray pixel is no gray thing, it says "white in 60 of 100
# cases". In nats that is the best answer there is. As a picture, it is none.
#
# Now the grown-up VAE, next to unit 4's DCGAN. The GAN's pictures are gray by nature; to compare
# like with like, they are also shown in black and white.
#
# > **Predict:** draw each pixel of the VAE as 0 or 1, with its probability. Is that a sharp
# > picture?

# %%
gan, gan_recipe, gan_card = pretrained("dcgan")
draws = torch.Generator().manual_seed(6)
with torch.no_grad():
    unknown = torch.zeros(20, dtype=torch.long)  # which class is asked for: neither can be told
    probable = grown_recipe.sample(grown_up, unknown, draws)[..., 2:-2, 2:-2]
    sharp = gan_recipe.sample(gan, unknown, draws)[..., 2:-2, 2:-2]
walls(
    {
        "VAE: the probabilities": probable,
        "VAE: each pixel drawn": binarize(probable, draws),
        "VAE: white where above ½": binarize(probable),
        "GAN: as it makes them": sharp,
        "GAN: white where above ½": binarize(sharp),
    },
    "twenty samples each: soft gray, speckled, solid black and white, detailed gray, solid",
    columns=20,
    row_height=44,
)
undecided = ((probable > 0.1) & (probable < 0.9)).float().mean()
real = binarize(test.images[:1000])
with torch.no_grad():
    back = grown_up.decode(grown_up.encode(real)[0]).sigmoid()
sure_about = ((back > 0.1) & (back < 0.9)).float().mean()
print(f"pixels between 0.1 and 0.9: {undecided:.0%} of invented, {sure_about:.0%} of rebuilt ones")
NAME = "Fréchet distance, classifier features"
for name, card in {"VAE, its probabilities": grown_card, "DCGAN": gan_card}.items():
    if NAME in card.quality:
        print(f"{name}: {card.quality[NAME]:.0f} (from the card; lower is nearer to real pictures)")

# %% [markdown]
# (A code that was read from a picture leaves less open than one that was drawn from the prior:
# compare the two percentages.)
#
# The drawn pixels are *speckled*, not sharp. Given the code, the VAE draws each pixel by itself:
# two neighbours that are gray together don't know of each other. All that pixels have in common has
# to go through the code, and the code is dear. (Unit 6 takes the other way: each pixel sees its
# neighbours, and no code is needed.)
#
# The GAN has no such trouble. Its judge sees whole pictures and would know a speckled one at once,
# so the generator *chooses* one possibility and draws it, instead of averaging. What it leaves
# out, nobody notices: no loss asks it to explain every picture. The VAE's does: a training picture
# that it thinks impossible costs it dearly.
#
# | | a VAE | a GAN |
# |---|---|---|
# | pays for | pictures that it cannot explain | pictures that look false |
# | so it tends to | blur: cover everything | drop: leave kinds out |
# | knows a picture's code | yes | no |
# | has a likelihood | a bound | no |
#
# The distances compare gray probabilities of black and white pictures with real gray ones, so part
# of the VAE's distance is its kind of pixel, not its blur.
