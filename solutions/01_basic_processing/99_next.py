# %% [markdown]
# ## What you can do now
#
# You have written nine functions that people use every day, and you know where each of them goes
# wrong. Look at the list once more:

# %%
progress()

# %% [markdown]
# ## What to read next
#
# - R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, chapter 3: intensity
#   transformations, histograms and spatial filters, in the notation of this unit. Chapter 4 tells
#   the story of the rings: sampling and aliasing.
# - R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, chapter 3. The author
#   offers it free of charge.
# - A. R. Smith, *A Pixel Is Not a Little Square* (1995): ten angry pages on what the numbers in
#   the array mean. They explain the half in $(H - 1)/2$.
# - K. Zuiderveld, *Contrast Limited Adaptive Histogram Equalization*, in *Graphics Gems IV* (1994):
#   equalization for each region of a picture, without blowing up its noise.
# - J. Canny, *A Computational Approach to Edge Detection* (1986): from Sobel's slopes to lines one
#   pixel wide. DeepSIM (unit 10) is fed with such lines.
#
# And two papers which show that networks stumble over exactly what you saw here:
#
# - R. Zhang, *Making Convolutional Networks Shift-Invariant Again* (2019): networks keep every
#   second pixel, and aliasing makes them change their mind when the image moves by one.
# - G. Parmar, R. Zhang and J.-Y. Zhu, *On Aliased Resizing and Surprising Subtleties in GAN
#   Evaluation* (2022): published scores differ because libraries shrink images differently.
#   Unit 11 comes back to it.
