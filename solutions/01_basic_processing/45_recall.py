# %% [markdown]
# ## Pause: three questions about unit 0
#
# Half of the unit is behind you. Answer from memory, aloud or on paper, then open the answer. To
# *recall* a thing teaches you more than to read it again.
#
# **1.** You change your function, run the check again, and it fails exactly as before. What did
# you forget?
#
# <details><summary>Answer</summary>
#
# To run the cell with your function. A check sees the function that the kernel knows, not the
# text on your screen. When in doubt: *Kernel → Restart Kernel and Run All Cells*.
#
# </details>
#
# **2.** A check says "expected values of uint8, got float64". Are your numbers wrong?
#
# <details><summary>Answer</summary>
#
# Perhaps not: the check looks at shape and type before it looks at any value. But a right number
# of the wrong type still breaks the next function that uses it.
#
# </details>
#
# **3.** Your answer passes in the notebook. Why can it lose its points in grading all the same?
#
# <details><summary>Answer</summary>
#
# Grading runs it on other inputs, which nobody has seen. An answer that is right only for the
# cases on display, or that leans on a variable of some other cell, fails there.
#
# </details>
