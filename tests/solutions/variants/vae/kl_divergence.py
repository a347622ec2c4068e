# %% variant "the tutorial's line, summed" expects="sum over everything"
def kl_divergence(mu, logvar):
    return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


# %% variant "the tutorial's line without its minus" expects="the sign"
def kl_divergence(mu, logvar):
    return 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1)


# %% variant "the average over the code" expects="mean over the latent numbers"
def kl_divergence(mu, logvar):
    return -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)


# %% variant "sigma first" expects="the standard deviation for the variance"
def kl_divergence(mu, logvar):
    sigma = torch.exp(0.5 * logvar)
    return 0.5 * torch.sum(mu**2 + sigma - 1 - logvar, dim=1)


# %% variant "the logarithm of sigma" expects="the logarithm halved"
def kl_divergence(mu, logvar):
    sigma = torch.exp(0.5 * logvar)
    return 0.5 * torch.sum(mu**2 + sigma**2 - 1 - torch.log(sigma), dim=1)


# %% variant "no half" expects="no half"
def kl_divergence(mu, logvar):
    return (mu.square() + logvar.exp() - logvar - 1).sum(-1)


# %% variant "over the wrong axis" expects="sum over the samples"
def kl_divergence(mu, logvar):
    return 0.5 * sum(m**2 + v.exp() - 1 - v for m, v in zip(mu, logvar))


# %% variant "a detached code" expects="cut off from the encoder"
def kl_divergence(mu, logvar):
    m, v = mu.detach(), logvar.detach()
    return 0.5 * (m**2 + v.exp() - 1 - v).sum(dim=1)
