//! What subscribers of `tracing` see: a span for each job, with its name and its place in the input, and in
//! the end how it ended. Without the feature `tracing`, nothing of it is built.

#[cfg(feature = "tracing")]
mod on {
    use std::any::type_name;
    use std::future::Future;

    use tracing::{Instrument, Span, field::Empty, info_span};
    use workload::{Job, Outcome};

    fn span<J>(index: Option<usize>) -> Span {
        let name = type_name::<J>();
        info_span!(target: "async_pattern", "job", name, index, outcome = Empty)
    }

    /// Runs a job of type `J` in a span of its own, below the one in which this is called.
    pub(crate) fn in_span<J, F: Future>(
        index: Option<usize>,
        running: F,
    ) -> impl Future<Output = F::Output> {
        running.instrument(span::<J>(index))
    }

    /// Runs what makes spans itself, so that they are below the one in which this is called.
    pub(crate) fn inherited<F: Future>(running: F) -> impl Future<Output = F::Output> {
        running.in_current_span()
    }

    /// Notes how the job ended whose span this is called in.
    pub(crate) fn ended<O>(outcome: &Outcome<O>) {
        let kind = outcome.as_ref().err().map_or("ok", |error| error.kind());
        Span::current().record("outcome", kind);
    }

    /// A job that computes, in a span of its own, below the one in which this is called.
    pub(crate) fn spanned<J: Job>(job: J, index: Option<usize>) -> impl Job<Output = J::Output> {
        let span = span::<J>(index);
        Spanned { job, span }
    }

    struct Spanned<J> {
        job: J,
        span: Span,
    }

    impl<J: Job> Job for Spanned<J> {
        type Output = J::Output;

        fn run(&self) -> anyhow::Result<J::Output> {
            let _inside = self.span.enter();
            // Said before, as nobody comes back here from a panic.
            self.span.record("outcome", "panicked");
            let result = self.job.run();
            let kind = if result.is_ok() { "ok" } else { "failed" };
            self.span.record("outcome", kind);
            result
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use workload::{Job, Outcome};

    pub(crate) fn in_span<J, F>(_: Option<usize>, running: F) -> F {
        running
    }

    pub(crate) fn inherited<F>(running: F) -> F {
        running
    }

    pub(crate) fn ended<O>(_: &Outcome<O>) {}

    pub(crate) fn spanned<J: Job>(job: J, _: Option<usize>) -> J {
        job
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{ended, in_span, inherited, spanned};
#[cfg(feature = "tracing")]
pub(crate) use on::{ended, in_span, inherited, spanned};

use std::future::Future;

use tokio::runtime;
use tokio::task::{AbortHandle, JoinSet};

/// Spawns a task that runs jobs of type `J`. tokio-console shows it by that name, if tokio is built with
/// what that needs.
#[cfg_attr(
    not(all(tokio_unstable, feature = "tracing")),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "tokio is told no names"
    )
)]
pub(crate) fn spawn<J>(
    tasks: &mut JoinSet<()>,
    task: impl Future<Output = ()> + Send + 'static,
    runtime: &runtime::Handle,
) -> AbortHandle {
    #[cfg(all(tokio_unstable, feature = "tracing"))]
    {
        let builder = tasks.build_task().name(std::any::type_name::<J>());
        builder
            .spawn_on(task, runtime)
            .unwrap_or_else(|error| unreachable!("no task has failed to spawn: {error}"))
    }
    #[cfg(not(all(tokio_unstable, feature = "tracing")))]
    tasks.spawn_on(task, runtime)
}
