# %% [markdown]
# ## And your own eye
#
# Every metric was once justified by saying that it agrees with people. Be one of them. Twenty
# pictures: half are real, the others come from the generators, and you are not told which.
#
# > **Predict:** how many of the *real* ones will you take for generated?
#
# Press a button for each picture; the table comes at the end. (Tab and space do it, too.) In a
# saved page without buttons, a sheet stands in their place, with a key below it.

# %%
from retouch.show import blind_test

people = {name: list(images[:40]) for name, images in crowds.items()
          if name == "test pictures" or name in generated}  # fmt: skip
eye = blind_test(people, real="test pictures", trials=20)
eye

# %% [markdown]
# A share of 50 % means that you could as well have tossed a coin: then the pictures are as good as
# real *for you, at this size*. Look at the interval before you conclude anything from ten answers.
#
# The second test shows two pictures and asks which is **better**. That gives a ranking.

# %%
duel = blind_test(people, trials=20, seed=1)
duel

# %% [markdown]
# Run the next cell when you are through. Does your order agree with one of the columns above?

# %%
for test_of_eye in (eye, duel):
    if test_of_eye is not None:
        print(test_of_eye.test.summary(), end="\n\n")
by_frechet = sorted(people, key=lambda name: scores[name]["Fréchet"])
print("in the order of the Fréchet distance:", ", ".join(by_frechet))
