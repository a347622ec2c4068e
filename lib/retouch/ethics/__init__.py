"""Ethics that can be computed: fairness, provenance, privacy, and the traces of generators."""

from retouch.ethics.fairness import GroupRates, disparity, group_rates, resample_weights
from retouch.ethics.manifest import (
    generate_keys,
    manifest_problems,
    sign_manifest,
    verify_manifest,
)
from retouch.ethics.membership import (
    LossAttack,
    loss_attack,
    membership_advantage,
    true_positives_at,
)
from retouch.ethics.spectrum import power_spectrum, upsampling_peak
from retouch.ethics.watermark import (
    detect_watermark,
    embed_watermark,
    watermark_scores,
    watermark_threshold,
)

__all__ = [
    "GroupRates",
    "LossAttack",
    "detect_watermark",
    "disparity",
    "embed_watermark",
    "generate_keys",
    "group_rates",
    "loss_attack",
    "manifest_problems",
    "membership_advantage",
    "power_spectrum",
    "resample_weights",
    "sign_manifest",
    "true_positives_at",
    "upsampling_peak",
    "verify_manifest",
    "watermark_scores",
    "watermark_threshold",
]
