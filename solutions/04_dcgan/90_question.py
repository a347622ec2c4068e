# %% [markdown]
# ## Your own generator
#
# The recipe of 2016 was a list of rules found by trying. Try one: break a single rule, train again,
# and see what it was good for. (`train_gan` uses your `make_generator`, `make_discriminator` and
# `init_weights`, so define a changed one in the cell below, run the training, and afterwards run
# your own answer again.) Some rules to break:
#
# - no batch normalization in the generator, or none in the discriminator;
# - batch normalization on the generator's output, or on the discriminator's first layer;
# - ReLU instead of LeakyReLU in the discriminator;
# - kernel 3 with `output_padding=1` instead of kernel 4;
# - weights with a standard deviation of 0.2 instead of 0.02, or the normalizations about 0;
# - momentum 0.9 instead of 0.5, or a learning rate ten times as high;
# - noise of length 2 instead of 100 (then look at it on a grid).

# %%
# Your experiment goes here. For example, ReLU instead of LeakyReLU (about 40 seconds):
#     usual = make_discriminator
#     def make_discriminator(channels, width):
#         network = usual(channels, width)
#         for module in network:
#             if isinstance(module, nn.LeakyReLU):
#                 module.negative_slope = 0.0
#         return network
#     broken = train_gan(**SCALES["cpu"])
#     make_discriminator = usual
#     pictures = make_pictures(broken[0], draw(1000, seed=2))
#     walls({"yours": yours[:40], "with ReLU": pictures[:40]}, alt="clothing", columns=8)
#     features = features_of(pictures)
#     print(diversity(pictures), distance(features), kinds_found(features))

# %% question experiment points=5
# ### Your experiment
#
# Answer in the cell below, in about 200 words:
#
# 1. **The rule.** Which one did you break, and in which lines?
# 2. **The prediction.** What did you expect to see in the film, and why? (Write it before you run.
#    A wrong prediction costs nothing.)
# 3. **The numbers.** Diversity, Fréchet distance and kinds found, for yours and for the changed
#    one, each with at least two seeds (`train_gan(**SCALES["cpu"], seed=1)`).
# 4. **The reason.** Why did it come out like that? Say what happened to the *gradients* or to the
#    *size* of a layer's outputs.
# 5. **The watchman.** Which of the three numbers would have told you on its own that something was
#    wrong, and which wouldn't? Would the losses have?

# %% rubric
# One point for each part, half a point where it is there but vague.
#
# 1. **The rule**: one change, with its lines, so that others can repeat it. Several changes at once
#    get half a point: nobody can say which of them did it.
# 2. **The prediction**: says what will be seen (a pattern, gray pictures, all the same, later, not
#    at all), and gives a reason from this unit.
# 3. **The numbers**: all three, for both, with two seeds each, 1,000 pictures each (a distance of
#    fewer pictures can't be compared). Notices it if the seeds differ as much as the rule does.
# 4. **The reason** fits what was seen. For example: without normalization the outputs of the layers
#    shrink or grow from layer to layer, so that the Tanh sits in its flat part or the picture stays
#    gray; with a ReLU the gradient is 0 wherever a unit of the discriminator is off, and the
#    generator hears of fewer mistakes; normalizations about 0 shrink everything to a fiftieth for
#    each layer; kernel 3 covers unevenly, so a checkerboard has to be unlearned; with momentum 0.9
#    steps go on in directions that the other player has left. "It made no difference" is a full
#    answer if the numbers say so over the seeds and a reason is offered (the run is short, the
#    network shallow).
# 5. **The watchman**: relates the numbers to the pictures. Diversity misses what is varied and bad
#    (noise has the most of all), or what is varied and one-sided; the Fréchet distance sees both
#    but not which; kinds found sees missing kinds only, and believes a classifier that has never
#    seen anything but clothing. The losses: no, each is about the other player.
