# %% variant "k / steps" expects="the end is missing"
def interpolate(decoder, start, end, steps):
    codes = [start + k / steps * (end - start) for k in range(steps)]
    return decoder(torch.stack(codes))


# %% variant "range to steps + 1" expects="one too many"
def interpolate(decoder, start, end, steps):
    codes = [start + k / steps * (end - start) for k in range(steps + 1)]
    return decoder(torch.stack(codes))


# %% variant "the pictures are mixed" expects="in pixel space"
def interpolate(decoder, start, end, steps):
    a, b = decoder(start[None]), decoder(end[None])
    return torch.cat([(1 - t) * a + t * b for t in torch.linspace(0, 1, steps).to(start)])


# %% variant "weights the wrong way round" expects="backwards"
def interpolate(decoder, start, end, steps):
    t = torch.linspace(0, 1, steps).to(start).unsqueeze(1)
    return decoder(t * start + (1 - t) * end)


# %% variant "stacks batches of one" expects="a batch for each picture"
def interpolate(decoder, start, end, steps):
    t = torch.linspace(0, 1, steps).to(start)
    return torch.stack([decoder(torch.lerp(start, end, s).unsqueeze(0)) for s in t])


# %% variant "a code without a batch" expects="none"
def interpolate(decoder, start, end, steps):
    t = torch.linspace(0, 1, steps).to(start)
    return torch.stack([decoder(start + s * (end - start)) for s in t])


# %% variant "appends" expects="a list"
def interpolate(decoder, start, end, steps):
    images = []
    for k in range(steps):
        code = start + (end - start) * k / (steps - 1)
        images.append(decoder(code[None])[0])
    return images
