# %% variant "averages the bounds" expects="mean of the logarithms"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    total = 0
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        cloud = torch.distributions.Normal(mu, torch.exp(logvar / 2)).log_prob(z).sum(1)
        total = total + log_likelihood(z) + prior - cloud
    return total / samples


# %% variant "exponentials" expects="the exponential of the weights"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    total = 0
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        cloud = torch.distributions.Normal(mu, torch.exp(logvar / 2)).log_prob(z).sum(1)
        total = total + torch.exp(log_likelihood(z) + prior - cloud)
    return torch.log(total / samples)


# %% variant "an own logsumexp over the batch" expects="one largest weight for all pictures"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        cloud = torch.distributions.Normal(mu, torch.exp(logvar / 2)).log_prob(z).sum(1)
        logs.append(log_likelihood(z) + prior - cloud)
    logs = torch.stack(logs)
    top = torch.max(logs)
    return top + torch.log(torch.exp(logs - top).sum(dim=0) / samples)


# %% variant "forgets log K" expects="the sum of the weights"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        cloud = torch.distributions.Normal(mu, torch.exp(logvar / 2)).log_prob(z).sum(1)
        logs.append(log_likelihood(z) + prior - cloud)
    return torch.logsumexp(torch.stack(logs), 0)


# %% variant "the likelihood's mean" expects="the likelihood alone"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = [log_likelihood(reparameterize(mu, logvar, generator)) for _ in range(samples)]
    return torch.logsumexp(torch.stack(logs, dim=1), dim=1) - math.log(samples)


# %% variant "gathers over the pictures" expects="none"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        prior = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
        cloud = torch.distributions.Normal(mu, torch.exp(logvar / 2)).log_prob(z).sum(1)
        logs.append(log_likelihood(z) + prior - cloud)
    return torch.logsumexp(torch.stack(logs), dim=1) - math.log(samples)
