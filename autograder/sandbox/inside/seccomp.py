"""A filter of system calls, so that an answer meets little of the kernel.

Namespaces are the wall; this is the second one. Refused is what computing never needs: to make
namespaces and mount, to look into another process, to open any socket but a local one (virtual
machines' AF_VSOCK knows no network namespace), kernel keyrings (which would outlive the sandbox),
sessions (the scheduler may give each one a share of its own), and memory that no limit counts
(System V, memfd, io_uring).

libseccomp (`pyseccomp`) would know the numbers, but it is one more system package to install, and
the rules would be as many.
"""

from __future__ import annotations

import errno
import platform
import struct

# Name: number on x86_64, number on aarch64. From the kernel's asm/unistd_64.h and
# asm-generic/unistd.h; None where there is no such call.
REFUSED: dict[str, tuple[int, int | None]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "setsid": (112, 157),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MACHINES = tuple(_AUDIT)
_NEW_NAMESPACE = 0x7E020000
_AF_UNIX = 1
_X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
Line = tuple[int, int, int, int]
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def program(machine: str = platform.machine()) -> bytes:
    """The filter in BPF for a machine that is among `MACHINES`."""
    column = MACHINES.index(machine)
    refuse, pretend_absent = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    numbers = [row[column] for row in REFUSED.values()]
    lines: list[Line] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, refuse),
    ]
    for number in numbers:
        if number is not None:
            lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    # The C library falls back from clone3 to clone, whose flags can be looked at.
    lines += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, pretend_absent)]
    lines += _when(_CLONE[column], (_ANY_BIT, 0, 1, _NEW_NAMESPACE), refuse)
    lines += _when(_SOCKET[column], (_EQUAL, 1, 0, _AF_UNIX), refuse)
    lines += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _when(number: int, test: Line, verdict: int) -> list[Line]:
    """Refuse one call if its first argument passes a test; otherwise allow it."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        test,
        (_RETURN, 0, 0, verdict),
        (_RETURN, 0, 0, _ALLOW),
    ]
