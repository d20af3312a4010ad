"""What the Models API says of a model, as Sheaf knows models (claude-batch-api section 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.live_models import LiveModel

if TYPE_CHECKING:
    from anthropic.types import ModelInfo


def live_model(found: ModelInfo) -> LiveModel:
    """Return a model of the list with its limits and abilities."""
    able = found.capabilities
    return LiveModel(
        id=found.id,
        name=found.display_name,
        lifecycle=found.lifecycle,
        retires=found.retires_at.date().isoformat() if found.retires_at else None,
        max_input_tokens=found.max_input_tokens,
        max_output_tokens=found.max_tokens,
        batches=able.batch.supported if able else None,
        structured_outputs=able.structured_outputs.supported if able else None,
        images=able.image_input.supported if able else None,
        pdfs=able.pdf_input.supported if able else None,
        efforts=_supported(able.effort) if able else None,
        thinking_types=_supported(able.thinking.types) if able else None,
    )


def _supported(abilities: Any) -> tuple[str, ...]:
    """Return the names of those abilities that are supported."""
    names = type(abilities).model_fields
    return tuple(n for n in names if getattr(getattr(abilities, n), "supported", False))
