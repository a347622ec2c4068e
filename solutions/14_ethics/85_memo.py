# %% [markdown]
# # Two things to hand in
#
# Neither has a right answer that a program could check. Both have wrong ones.

# %% question memo points=5
# ### A memo on a case
#
# *Lindenhof Films* makes a documentary about a strike in 1984. Of its heroine, Edda Brandt, who
# died in 2009, there are eleven minutes of interviews and forty photographs. The director wants her
# face and voice, generated, to read out three letters that she wrote but never read in front of a
# camera. Her daughter agrees; her son does not. A former colleague, who is alive, stands beside her
# in most of the photographs and was not asked. The studio that makes the faces offers a discount if
# it may use the material to train its model. The film will be shown on television and cut into
# clips for the net.
#
# You advise the producer. Write a memo of 300 to 400 words in the cell below:
#
# 1. **Who is touched?** Name everybody whose interests matter, and for each what they could lose.
# 2. **Consent.** Who has given it, to *what*, who hasn't, who no longer can? What does the studio's
#    offer change?
# 3. **What the audience knows.** How will a viewer of the film know what is generated, and how a
#    viewer of a clip? Say what a watermark and a signed manifest can and can't do here, with at
#    least one figure of your own from this unit.
# 4. **Your recommendation**: yes, no, or yes under conditions that somebody could check. With the
#    best argument against it.
# 5. **If it goes wrong**: a clip with new words in her mouth goes round the net. What have you
#    prepared, and what can't be repaired?

# %% rubric
# One point for each part, half a point where it is there but vague. Any recommendation can get full
# points; the argument counts. Law need not be cited, but must not be invented.
#
# 1. **Who is touched**: at least Brandt herself (what she wrote for whom, her reputation), both
#    children, the colleague, the viewers. Good answers find others: people named in the letters,
#    other witnesses whose real interviews lose credit, the actress who is not hired.
# 2. **Consent**: sees that agreement to *interviews* in the eighties is none to *generation*; that
#    one child's consent is not the other's, and neither is hers; that the colleague was not asked;
#    that the discount is a new purpose (training, for anybody's films) which needs consent of its
#    own.
# 3. **The audience**: a notice in the credits does not travel with clips. A watermark survives
#    compression and crops but not everything (their own figure: scale, angle, mirroring, removal
#    with *one* picture), and says nothing about truth. A manifest shows who vouches and what was
#    edited, but can be cut off, and a missing one proves nothing. No figure of their own: half a
#    point.
# 4. **The recommendation** is a decision, its conditions could be checked by somebody else ("her
#    real voice is heard before each letter", "an on-screen mark as long as the face is seen", "no
#    training on the material, by contract"), and the counter-argument is a strong one.
# 5. **If it goes wrong**: something prepared *before* (signed originals, a public statement, a
#    contact, take-down), and an honest limit: what was seen cannot be unseen; who denies a real
#    recording profits, too.
