"""How the loop is run where a config says `auto`: decided once at the start of a run, then written down."""

from aecli.training.options import Execution, TrainingOptions

STEPS_THAT_REPAY_COMPILING = 1500
"""Compiling costs a few seconds, with LSTMs up to ten, and saves one to five milliseconds a step, with LSTMs more."""

MULTIPLY_ADDS_A_CHUNK = 6e9
"""About half a second on one modest core; a call can't be interrupted, so it shouldn't last longer."""

BYTES_A_CHUNK = 16 * 2**20
"""What a chunk of streamed samples may take: one is read while another is at work, but the first one of an epoch is
waited for."""


def resolve(
    options: TrainingOptions, samples: int, multiply_adds: int, suits_xla: bool, draws: int = 1
) -> Execution:
    """Replaces `auto` by what suits this network and this run.

    Args:
        options: The training options.
        samples: How many samples there are to train on.
        multiply_adds: What one sample costs forward.
        suits_xla: Whether XLA makes the network's layers faster: dense ones and LSTMs; convolutions it makes slower.
        draws: How many latents of each sample are decoded in a step.

    Returns:
        Execution options without `auto`.
    """
    steps = -(-samples // options.batch_size)
    compiles, chunk_steps = options.execution.compile, options.execution.chunk_steps
    if compiles == "auto":
        repays = suits_xla and steps * options.epochs >= STEPS_THAT_REPAY_COMPILING
        compiles = repays and options.precision == "float32"
    if chunk_steps == "auto":
        cost_of_step = (
            3 * draws * multiply_adds * min(options.batch_size, samples)
        )  # forward, and backward twice that
        chunk_steps = min(steps, max(1, int(MULTIPLY_ADDS_A_CHUNK / max(cost_of_step, 1))))
    return Execution(compile=compiles, chunk_steps=chunk_steps)


def with_short_chunks(execution: Execution, batch_size: int, numbers: int) -> Execution:
    """Resolved options for streamed samples, whose chunks must fit into memory; results don't depend on them.

    Args:
        execution: Resolved options.
        batch_size: Images a step.
        numbers: Of a sample.
    """
    assert isinstance(execution.chunk_steps, int)
    most = max(1, BYTES_A_CHUNK // (4 * batch_size * numbers))
    return execution.model_copy(update={"chunk_steps": min(execution.chunk_steps, most)})
