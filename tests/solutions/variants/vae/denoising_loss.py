# %% variant "compares with what the network saw" expects="none"
def denoising_loss(model, images, sigma, generator):
    noisy = torch.normal(images, sigma, generator=generator)
    return ((model(noisy) - noisy) ** 2).mean()


# %% variant "predicts the noise" expects="the noise as target"
def denoising_loss(model, images, sigma, generator):
    noise = sigma * torch.randn(*images.shape, generator=generator).to(images)
    cleaned = model(images + noise)
    return F.mse_loss(cleaned, noise)


# %% variant "randn_like" expects="ignores the generator"
def denoising_loss(model, images, sigma, generator):
    noisy = images + torch.randn_like(images) * sigma
    return torch.mean((model(noisy) - images) ** 2)


# %% variant "a uniform draw, by hand" expects="uniform noise"
def denoising_loss(model, images, sigma, generator):
    noise = torch.rand(images.size(), generator=generator)
    return nn.MSELoss()(model(images + sigma * noise.to(images.dtype)), images)


# %% variant "keeps the pictures in range" expects="clamps the noisy pictures"
def denoising_loss(model, images, sigma, generator):
    noisy = images + sigma * torch.randn(images.shape, generator=generator).to(images)
    noisy = torch.clip(noisy, 0.0, 1.0)
    return F.mse_loss(model(noisy), images)


# %% variant "the variance as factor" expects="sigma squared"
def denoising_loss(model, images, sigma, generator):
    variance = sigma**2
    noise = torch.randn(images.shape, generator=generator).to(images) * variance
    return (model(images + noise) - images).pow(2).mean()


# %% variant "a number" expects="cut off from the network"
def denoising_loss(model, images, sigma, generator):
    with torch.no_grad():
        noise = torch.randn(images.shape, generator=generator).to(images)
        return F.mse_loss(model(images + sigma * noise), images)


# %% variant "sums the squares" expects="a sum"
def denoising_loss(model, images, sigma, generator):
    noise = torch.randn(images.shape, generator=generator).to(images)
    difference = model(images + sigma * noise) - images
    return difference.square().sum()


# %% variant "one picture's noise for all" expects="one noise for the batch"
def denoising_loss(model, images, sigma, generator):
    noise = torch.randn(images[0].shape, generator=generator).to(images)
    return F.mse_loss(model(images + sigma * noise[None]), images)
