"""What the sandbox sees of the machine, as options of bubblewrap.

Read-only: the interpreter's libraries, the installed packages, the system's shared libraries,
and of our own two packages each file that is needed, mounted one by one. Not there: the checkout,
`autograder.build`, a unit's reference modules, the course directory, home, and all else.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from autograder.sandbox.inside.isolation import BLANKS, SCRATCH

PACKAGES = "/retouch"
OWN = ("autograder", "retouch")
NEVER = ("autograder.build", "autograder.cli", "autograder.sample")
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "USER": "student",
    "LOGNAME": "student",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # An arena per thread would reserve 64 MiB of the limited address space.
    "MALLOC_ARENA_MAX": "2",
}


@dataclass
class Layout:
    """Mounts, and the folders in which Python looks for packages."""

    binds: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)

    def options(self, sources: dict[str, str]) -> list[str]:
        """The options of bubblewrap.

        Args:
            sources: where else to find a folder or file, if not at its own path.
        """
        options: list[str] = []
        for source, target in self.binds:
            options += ["--ro-bind", sources.get(source, source), target]
        for text, target in self.links:
            options += ["--symlink", text, target]
        for path in self.masks:
            folder = ["--tmpfs", path, "--remount-ro", path]
            options += folder if path.endswith("/") else ["--ro-bind", os.devnull, path]
        options += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
        options += ["--tmpfs", BLANKS, "--tmpfs", SCRATCH, "--chdir", SCRATCH]
        return [*options, "--remount-ro", "/"]


FENCE = [
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"),
    *("--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent", "--new-session"),
    *("--cap-drop", "ALL", "--clearenv"),
]


def interpreter() -> str:
    """The Python that runs in the sandbox: this one, outside its virtual environment."""
    return os.path.realpath(sys.executable)


def command(layout: Layout, arguments: list[str], sources: dict[str, str]) -> list[str]:
    """The command line that runs Python in the sandbox, with these arguments."""
    variables = [text for key, value in ENVIRONMENT.items() for text in ("--setenv", key, value)]
    program = [interpreter(), "-I", "-S", "-B", *arguments]
    bwrap = shutil.which("bwrap") or "bwrap"
    return [bwrap, *FENCE, *variables, *layout.options(sources), "--", *program]


def layout_for(hide: Iterable[str]) -> Layout:
    """The layout for a unit.

    Args:
        hide: modules of ours that are not to be mounted, such as "retouch.pixels".
    """
    layout = Layout()
    for path in _system_folders():
        if os.path.islink(path):
            layout.links.append((os.readlink(path), path))
        else:
            layout.binds.append((path, path))
    layout.binds += [(path, path) for path in _python_folders() if not _within(path, layout)]
    layout.folders = [PACKAGES, *_package_folders()]
    layout.binds += [(p, p) for p in layout.folders[1:] if not _within(p, layout)]
    layout.masks = [f"{path}/" for path in _own_copies(layout.folders[1:]) if os.path.isdir(path)]
    if not any(path.startswith("/tmp/") for _, path in layout.binds):
        layout.links.append((SCRATCH, "/tmp"))
    for package in OWN:
        layout.binds += _parts(package, _home(package), {*hide, *NEVER})
    return layout


def _system_folders() -> Iterator[str]:
    """Where the shared libraries are."""
    for path in ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64"):
        if os.path.exists(path):
            yield path
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/nix/store"):
        if os.path.exists(path):
            yield path


def _python_folders() -> Iterator[str]:
    """The interpreter and its standard library; for an environment of conda's, all libraries."""
    yield interpreter()
    for name in ("lib", "lib64"):
        path = os.path.join(sys.base_prefix, name)
        if os.path.isdir(path) and not os.path.islink(path):
            yield path
    yield sysconfig.get_path("stdlib")


def _package_folders() -> list[str]:
    """The folders of installed packages: what is on `sys.path` and called like one."""
    names = ("site-packages", "dist-packages")
    return [path for path in sys.path if path.endswith(names) and os.path.isdir(path)]


def _within(path: str, layout: Layout) -> bool:
    return any(path == top or path.startswith(top + "/") for top, _ in layout.binds)


def _own_copies(folders: list[str]) -> Iterator[str]:
    """Our packages where they are installed; they are mounted elsewhere, in part."""
    for folder in folders:
        yield from (os.path.join(folder, name) for name in OWN)


def _home(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"expected the package {package} to be installed")
    return Path(spec.origin).parent


def _parts(module: str, folder: Path, hide: set[str]) -> Iterator[tuple[str, str]]:
    """A package's mounts: the folder as a whole if nothing in it is hidden, else its parts."""
    if not any(name.startswith(module + ".") for name in hide):
        yield str(folder), _target(module)
        return
    for entry in sorted(folder.iterdir()):
        name = f"{module}.{entry.name.partition('.')[0]}"
        if entry.name == "__pycache__" or name in hide:
            continue
        if entry.is_dir():
            yield from _parts(name, entry, hide)
        else:
            yield str(entry), f"{_target(module)}/{entry.name}"


def _target(module: str) -> str:
    return f"{PACKAGES}/{module.replace('.', '/')}"


def unsupported() -> str | None:
    """Why this machine can't have the sandbox, in one line; None if nothing is known."""
    from autograder.sandbox.inside.seccomp import MACHINES

    if sys.platform != "linux" or platform.machine() not in MACHINES:
        found = f"{platform.system()} on {platform.machine()}"
        return f"expected Linux on {' or '.join(MACHINES)} for the grading sandbox, found {found}"
    if shutil.which("bwrap") is None:
        return (
            "expected bubblewrap (`bwrap`) for the grading sandbox, found none; "
            "install it, for example with `sudo apt install bubblewrap`"
        )
    return None
