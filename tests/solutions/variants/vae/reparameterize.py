# %% variant "the variance, named std" expects="the variance instead of its root"
def reparameterize(mu, logvar, generator):
    std = logvar.exp()
    return mu + std * torch.randn(std.shape, generator=generator).to(std)


# %% variant "randn_like" expects="ignores the generator"
def reparameterize(mu, logvar, generator):
    std = torch.exp(0.5 * logvar)
    eps = torch.randn_like(std)
    return eps * std + mu


# %% variant "a draw under no_grad" expects="torch.normal"
def reparameterize(mu, logvar, generator):
    with torch.no_grad():
        std = torch.exp(0.5 * logvar)
        return mu + std * torch.randn(mu.shape, generator=generator).to(mu)


# %% variant "uniform" expects="uniform noise"
def reparameterize(mu, logvar, generator):
    std = (logvar / 2).exp()
    eps = torch.rand(mu.size(), generator=generator).to(mu)
    return mu + eps * std


# %% variant "the mean only" expects="no noise"
def reparameterize(mu, logvar, generator):
    return mu * torch.ones_like(logvar)


# %% variant "the mean inside the bracket" expects="scales the mean, too"
def reparameterize(mu, logvar, generator):
    std = (0.5 * logvar).exp()
    eps = torch.randn(mu.shape, generator=generator).to(mu)
    return std * (eps + mu)


# %% variant "one draw for all numbers" expects="one draw for each sample"
def reparameterize(mu, logvar, generator):
    std = (0.5 * logvar).exp()
    return mu + std * torch.randn(mu.shape[0], 1, generator=generator).to(mu)


# %% variant "a seed of its own" expects="none"
def reparameterize(mu, logvar, generator):
    own = torch.Generator()
    own.manual_seed(42)
    return mu + (0.5 * logvar).exp() * torch.randn(mu.shape, generator=own).to(mu)
