"""What layers inside a network put out, read by forward hooks on its named submodules."""

from collections.abc import Iterable

from torch import Tensor, nn


class _AllRead(Exception):
    """Ends a forward pass whose remaining layers nobody asked for."""


def activations(network: nn.Module, names: Iterable[str], inputs: Tensor) -> list[Tensor]:
    """Outputs of named submodules when `network` runs on `inputs`; differentiable.

    The pass ends with the last of them. A layer that is to be read must not be followed by one
    that works in place.

    Args:
        network: any module; it is left as it is.
        names: of submodules, as in `network.named_modules()`, each called once in a pass.
        inputs: what the network takes.

    Returns:
        One output for each name, in their order.

    Raises:
        AttributeError: the network has no submodule of this name.
    """
    wanted = list(names)
    outputs: dict[str, Tensor] = {}

    def keep(name: str, output: Tensor) -> None:
        outputs[name] = output
        if len(outputs) == len(set(wanted)):
            raise _AllRead

    hooks = [
        network.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: keep(name, output)
        )
        for name in dict.fromkeys(wanted)
    ]
    try:
        network(inputs)
    except _AllRead:
        pass
    finally:
        for hook in hooks:
            hook.remove()
    return [outputs[name] for name in wanted]
