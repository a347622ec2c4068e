# %% [markdown]
# ## The cure, and what it costs
#
# The game with your critic. In each round:
#
# - the critic takes **eight** steps on `critic_loss(...) + 0.3 * gradient_penalty(...)`;
# - the generator takes one, on minus the mean score of its fakes.
#
# The momentum is the old one, 0.9, with which the first game went in circles.
#
# > **Predict, and write it down:** how many clouds after 300 rounds?
#
# About 10 seconds on a laptop.

# %%
def play_critic(data, rounds, beta1, updates=8, weight=0.3, seed=0, frames=25, batch_size=128):
    """A game of generator and critic; a list of frames, and the generator."""
    torch.manual_seed(seed)
    draws = torch.Generator().manual_seed(seed)
    maker, critic = make_mlp(2, 2).to(device), make_mlp(2, 1).to(device)
    adams = [torch.optim.Adam(p.parameters(), 1e-3, (beta1, 0.9)) for p in (maker, critic)]
    shown = torch.randn(400, 2, generator=draws).to(device)
    film = [frame(0, maker, critic, shown, probability=False)]

    def fakes():
        return maker(torch.randn(batch_size, 2, generator=draws).to(device))

    for step in range(1, rounds + 1):
        for _ in range(updates):
            real, fake = data(batch_size, draws).to(device), fakes().detach()
            loss = critic_loss(critic(real), critic(fake))
            loss = loss + weight * gradient_penalty(critic, real, fake, draws)
            adams[1].zero_grad()
            loss.backward()
            adams[1].step()
        loss = -critic(fakes()).mean()
        adams[0].zero_grad()
        loss.backward()
        adams[0].step()
        if step % max(rounds // frames, 1) == 0:
            film.append(frame(step, maker, critic, shown, probability=False))
    # Scores have no fixed range: for a picture, from the lowest to the highest of each frame.
    for f in film:
        low, high = f["field"].min(), f["field"].max()
        f["field"] = (f["field"] - low) / (high - low)
    return film, maker


CRITIC = "the fakes over the critic's score, bright where it is high, with crosses at the data"
cured, cured_maker = play_critic(ring_of_gaussians, 300, beta1=0.9)
film_strip(cured, CRITIC, ring_centers())
print("clouds found after 300 rounds:", count_modes(cured_maker))

# %%
show_film(cured, CRITIC, ring_centers())

# %% [markdown]
# Compare the backgrounds. The discriminator's belief had cliffs: bright here, dark there, and flat
# between. The critic's score is a landscape of even slopes. Wherever a fake is, there is a way up,
# and fakes in different places have different ways. So they spread.
#
# ### Be fair
#
# Eight steps of the critic for each of the generator: that is *two* changes at once. And the
# penalty needs the gradient of a gradient. Which of them was it? Take them apart. First the same
# critic, but with one step for each of the generator; then the old game, with eight steps of the
# discriminator for each of the generator. All with momentum 0.9.
#
# > **Predict** both, before you run it. About 10 seconds on a laptop.

# %%
one_step, one_maker = play_critic(ring_of_gaussians, 1000, beta1=0.9, updates=1)


def play_gan_eight(data, rounds, beta1, updates=8, seed=0, batch_size=128):
    """The first game again, with several steps of the discriminator for each of the generator."""
    torch.manual_seed(seed)
    draws = torch.Generator().manual_seed(seed)
    maker, judge = make_mlp(2, 2).to(device), make_mlp(2, 1).to(device)
    adams = [torch.optim.Adam(p.parameters(), 1e-3, (beta1, 0.9)) for p in (maker, judge)]
    for _ in range(rounds):
        for _ in range(updates):
            noise = torch.randn(batch_size, 2, generator=draws).to(device)
            real = data(batch_size, draws).to(device)
            discriminator_step(maker, judge, adams[1], real, noise)
        noise = torch.randn(batch_size, 2, generator=draws).to(device)
        generator_step(maker, judge, adams[0], noise)
    return maker


gan_eight = play_gan_eight(ring_of_gaussians, 300, beta1=0.9)


def near(points):
    """Percent of the points that lie near a cloud, whichever."""
    distances = torch.cdist(points, ring_centers()).amin(dim=1)
    return 100 * (distances <= 0.25).float().mean().item()


rows = {
    "GAN, momentum 0.9, 800 rounds": (800, 800, fast[10]["points"]),
    "GAN, momentum 0.9, 2,400 rounds": (2400, 2400, sample(fast_maker)),
    "GAN, momentum 0.5, 800 rounds": (800, 800, slow[10]["points"]),
    "GAN, momentum 0.9, 8 steps, 300 rounds": (2400, 300, sample(gan_eight)),
    "critic, momentum 0.9, 1 step, 1,000 rounds": (1000, 1000, sample(one_maker)),
    "critic, momentum 0.9, 8 steps, 300 rounds": (2400, 300, sample(cured_maker)),
}
print(f"{'':44} {'judge':>6} {'maker':>6}  clouds   near one")
for name, (judge_steps, maker_steps, points) in rows.items():
    modes = modes_covered(points, ring_centers(), 0.25, len(points) // 100)
    print(f"{name:44} {judge_steps:6} {maker_steps:6}  {modes} of 8   {near(points):5.0f} %")

# %% [markdown]
# We tried four seeds of each:
#
# | game (momentum 0.9) | 1 step of the judge per round | 8 steps per round |
# |---|---|---|
# | discriminator, cross-entropy | 0 to 2 clouds (1,000 rounds) | 0 to 2 (300 rounds) |
# | critic, with gradient penalty | 0 or 1 (1,000 to 1,200 rounds) | **8** (300 rounds) |
#
# So the loss alone is *not* the cure, and neither are eight steps. Together they are. A critic
# that is kept from being steep can safely be trained until it is right, and *then* its slopes tell
# every fake where to go. A discriminator that is trained until it is right is merely sure, and its
# slopes point at whatever cloud is near.
#
# What it costs: eight steps of the judge in each round, each with a gradient of a gradient.
# Counted in steps of the judge, 300 rounds of the cure are as dear as 2,400 rounds of the first
# game. And for this ring a smaller momentum did it for nothing. Choose with open eyes: the first
# remedy is cheap and has to be found by trial; the second is dear, and works on more data without
# being tuned.
#
# ### What the count does not see
#
# Look at the last column, and at the picture of the cure again. It found all eight clouds, but
# only about a third of its points are near one: it has drawn the *circle* that they lie on.
# (Points spread evenly over that circle: 32 %.) After 1,200 rounds it was half of them. The game
# with momentum 0.5 had 51 to 64 % after 800 rounds, in three seeds.
#
# One number for "is everything there?", another for "is it any good?": recall and precision.
# Threads between the clouds remain in any case: the noise is one connected cloud, the generator is
# continuous, and cannot tear it into eight.
#
# ### Another distribution
#
# Choose the data and the game, and watch. Each choice trains for about five seconds.

# %%
GAMES = {
    "gan, momentum 0.5": lambda data: play_gan(data, 1200, 0.5, frames=6)[0],
    "gan, momentum 0.9": lambda data: play_gan(data, 1200, 0.9, frames=6)[0],
    "critic, 8 steps": lambda data: play_critic(data, 200, 0.9, frames=4)[0],
}
FILMS = {("a spiral", "gan, momentum 0.5"): snail}


def watch(data, game):
    kinds = {"two moons": two_moons, "a spiral": spiral, "a ring of eight": ring_of_gaussians}
    if (data, game) not in FILMS:
        FILMS[data, game] = GAMES[game](kinds[data])
    film = FILMS[data, game]
    chosen = [film[0], film[len(film) // 2], film[-1]]
    return {f"after {f['step']} rounds": picture(f["points"], f["field"]) for f in chosen}


explore(
    watch,
    alt="the fakes over what the judge thinks of each place",
    height=200,
    data=["a spiral", "two moons", "a ring of eight"],
    game=list(GAMES),
)
