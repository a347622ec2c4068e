# %% variant "the mean, as F gives it" expects="mean over the pixels"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    bce = nn.BCEWithLogitsLoss()(logits, images)
    return bce + beta * torch.mean(kl_divergence(mu, logvar))


# %% variant "the tutorial's sum" expects="sum over the batch"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    bce = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + beta * kl


# %% variant "a sigmoid, and logits" expects="two sigmoids"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    bce = F.binary_cross_entropy_with_logits(logits.sigmoid(), images, reduction="sum")
    return bce / len(images) + beta * kl_divergence(mu, logvar).mean()


# %% variant "probabilities" expects="cross-entropy of probabilities"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    p = torch.sigmoid(logits)
    bce = F.binary_cross_entropy(p, images, reduction="sum") / images.shape[0]
    return bce + beta * kl_divergence(mu, logvar).mean()


# %% variant "forgets beta" expects="beta ignored"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    bce = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    return bce / logits.size(0) + kl_divergence(mu, logvar).mean()


# %% variant "the ELBO" expects="the ELBO itself"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    bce = F.binary_cross_entropy_with_logits(logits, images, reduction="none").sum((1, 2, 3))
    return torch.mean(-bce - beta * kl_divergence(mu, logvar))


# %% variant "squares" expects="squared errors of the logits"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    squares = F.mse_loss(logits, images, reduction="sum") / len(logits)
    return squares + beta * kl_divergence(mu, logvar).mean()
