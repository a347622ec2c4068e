# %% [markdown]
# ## When Python complains
#
# An error is the quickest help there is, if you read it from the *bottom*:

# %%
import traceback

try:
    image + np.zeros((200, 300))
except ValueError:
    print(traceback.format_exc())

# %% [markdown]
# - **The last line** says what happened: shapes (200, 300, 3) and (200, 300) do not fit.
# - **The lines above** say where: the nearest one that *you* wrote is the one to look at.
#
# The three errors that you will see most:
#
# | last line | what it means |
# |---|---|
# | `NameError: name 'np' is not defined` | the cell that defines it was not run in this session |
# | `NotImplementedError` | the exercise is not written yet |
# | `ValueError: operands could not be broadcast together` | print both shapes |
#
# A check reports an error in your function in the same way: the error, and your line.
#
# ## Handing in
#
# **On your own?** There is nothing to hand in. When the checks pass, go on to unit 1.
#
# **In a class**, do this before you submit:
#
# 1. *Kernel → Restart Kernel and Run All Cells*: it has to run from top to bottom, without what
#    you tried in between.
# 2. Press **Validate** in the notebook's toolbar. It does the same once more and lists every check
#    that fails.
# 3. Save, and submit as your teacher has told you.
#
# Good to know:
#
# - Write in the answer cells, and add cells wherever you like. Don't delete or rename answer and
#   check cells: grading finds your work by them.
# - Grading runs your functions on *other inputs*, in an empty notebook with only the course's
#   imports. Import inside your function what else you need.
# - Each exercise gives all of its points or none; a mistake in one does not spoil those
#   that use it. Questions in words are read by a person.
#
# ## A last look back
#
# Say the answers aloud before you open them.
#
# **Which two lines of a traceback do you read first?**
#
# <details><summary>Answer</summary>
#
# The last one (what happened), and the nearest line above it that is yours (where).
#
# </details>
#
# **Why does a check use several inputs, and odd ones at that?**
#
# <details><summary>Answer</summary>
#
# Many mistakes agree with the right answer somewhere. `image.max() - image` is right for every
# image that contains white; only one without it tells.
#
# </details>
#
# Next: unit 1, nine functions, and a poster.
