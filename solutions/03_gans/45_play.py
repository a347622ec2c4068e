# %% [markdown]
# ## Watch them play
#
# You have all it takes. In each round the discriminator takes a step, then the generator does. Now
# and then the cell keeps a picture: the same 400 noise vectors as points, and the discriminator's
# *field*, what it believes of every place in the plane.

# %%
device = pick_device()


def frame(step, maker, judge, noise, probability=True):
    """What there is to see after some round."""
    with torch.no_grad():
        field = judge(plane().to(device)).cpu().reshape(48, 48)
        points = maker(noise).cpu()
    return {"step": step, "points": points, "field": field.sigmoid() if probability else field}


def play_gan(data, rounds, beta1, seed=0, frames=25, batch_size=128):
    """A game of generator and discriminator; a list of frames, and the generator."""
    torch.manual_seed(seed)
    draws = torch.Generator().manual_seed(seed)
    maker, judge = make_mlp(2, 2).to(device), make_mlp(2, 1).to(device)
    adams = [torch.optim.Adam(p.parameters(), 1e-3, (beta1, 0.9)) for p in (maker, judge)]
    shown = torch.randn(400, 2, generator=draws).to(device)
    film = [frame(0, maker, judge, shown)]
    for step in range(1, rounds + 1):
        real = data(batch_size, draws).to(device)
        noise = torch.randn(2, batch_size, 2, generator=draws).to(device)
        discriminator_step(maker, judge, adams[1], real, noise[0])
        generator_step(maker, judge, adams[0], noise[1])
        if step % max(rounds // frames, 1) == 0:
            film.append(frame(step, maker, judge, shown))
    return film, maker


def show_film(film, alt, marks=None):
    """A slider over the frames of a film: a widget for the end of a cell."""
    pictures = [picture(f["points"], f["field"], marks) for f in film]
    steps = [f["step"] for f in film]
    last = len(film) - 1

    def at(frame):
        return {f"after {steps[frame]} rounds": pictures[frame]}

    return explore(at, alt=alt, height=300, frame=(0, last, 1, last))


def film_strip(film, alt, marks=None, count=6):
    """Some of the frames side by side, with white crosses at the marks."""
    chosen = [film[round(k * (len(film) - 1) / (count - 1))] for k in range(count)]
    show_images(
        {f"after {f['step']} rounds": picture(f["points"], f["field"], marks) for f in chosen},
        alt=alt,
        columns=count,
        height=150,
    )


# %% [markdown]
# > **Predict, and write it down:** the generator does its job perfectly in the end. What does the
# > discriminator then believe, of the places where the data is?
#
# About 5 seconds on a laptop.

# %%
snail, _ = play_gan(spiral, 1500, beta1=0.5)
ALT = "orange points, the fakes, over the discriminator's belief, bright where it says real"
film_strip(snail, ALT)

# %% [markdown]
# Move the slider with the arrow keys: that is the game as a film.

# %%
show_film(snail, ALT)

# %% [markdown]
# In the end the field is dark where neither real points nor fakes are, and *gray*, near one half,
# along the spiral: there they are in equal number, and nobody can do better than a coin. It is not
# bright. A discriminator that is sure of itself is a sign that the generator is losing.
#
# Look at the rounds in between. The field is a landscape, and the points run uphill. Then the
# discriminator moves the hills away from under their feet.
