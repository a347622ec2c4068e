# %% variant "the number itself" expects="the label as a number"
def condition_latent(latent, labels, num_classes):
    return torch.hstack([latent, labels.unsqueeze(1).to(latent.dtype)])


# %% variant "no num_classes" expects="as many classes as the batch has"
def condition_latent(latent, labels, num_classes):
    onehot = F.one_hot(labels)
    return torch.cat((latent, onehot.to(latent.dtype)), dim=1)


# %% variant "labels first" expects="the label in front"
def condition_latent(latent, labels, num_classes):
    onehot = torch.eye(num_classes)[labels].to(latent)
    return torch.cat((onehot, latent), dim=1)


# %% variant "default type" expects="always float32"
def condition_latent(latent, labels, num_classes):
    result = torch.zeros(len(latent), latent.shape[1] + num_classes)
    result[:, : latent.shape[1]] = latent
    result[:, latent.shape[1] :] = torch.eye(num_classes)[labels]
    return result


# %% variant "forgets the axis" expects="explained"
def condition_latent(latent, labels, num_classes):
    return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)])


# %% variant "one place more" expects="a class too many"
def condition_latent(latent, labels, num_classes):
    onehot = torch.zeros(len(labels), num_classes + 1).to(latent)
    onehot[torch.arange(len(labels)), labels] = 1
    return torch.cat([latent, onehot], dim=1)
