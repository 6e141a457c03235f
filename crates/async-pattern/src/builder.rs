//! How an async pool is started.

use std::sync::{Arc, Mutex};

use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use workload::{Options, Spent, Tally};

use crate::AsyncPool;

/// Why an async pool could not be started: the system has no more threads to give.
#[derive(Debug)]
pub struct BuildError(std::io::Error);

/// Starts an [`AsyncPool`].
pub struct Builder {
    options: Options,
    on_start: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Builder {
    /// A builder of a pool that works as `options` say.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            on_start: None,
        }
    }

    /// Calls `prepare` on each thread of the pool's own runtime when it starts, those included that
    /// tokio starts for blocking calls.
    #[must_use]
    pub fn on_start(mut self, prepare: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_start = Some(Arc::new(prepare));
        self
    }

    /// Starts the pool on a runtime of its own, with as many threads as there are workers.
    ///
    /// # Errors
    ///
    /// The system has no more threads to give.
    pub fn build(self) -> Result<AsyncPool, BuildError> {
        let mut runtime = runtime::Builder::new_multi_thread();
        runtime.worker_threads(self.options.workers.get());
        runtime.thread_name("async worker").enable_all();
        if let Some(on_start) = self.on_start {
            runtime.on_thread_start(move || on_start());
        }
        let tally = Tally::default();
        let theirs = tally.clone();
        // A job moves from thread to thread, so all of them count as one worker.
        runtime.on_thread_stop(move || theirs.add(0, Spent::by_thread()));
        let own = runtime.build().map_err(BuildError)?;
        let runtime = own.handle().clone();
        Ok(pool(Some(own), runtime, self.options, tally))
    }

    /// Makes a pool on a runtime that is there already: `Handle::current()`, for example. Its
    /// threads are the workers, whatever their number, and its timer must be enabled if jobs have a
    /// time limit.
    #[must_use]
    pub fn build_on(self, runtime: runtime::Handle) -> AsyncPool {
        pool(None, runtime, self.options, Tally::default())
    }
}

fn pool(
    own: Option<runtime::Runtime>,
    runtime: runtime::Handle,
    options: Options,
    tally: Tally,
) -> AsyncPool {
    let submitted = Mutex::new(JoinSet::new());
    let turns = Arc::new(Semaphore::new(options.workers.get()));
    AsyncPool {
        own,
        runtime,
        submitted,
        turns,
        options,
        tally,
    }
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot start a runtime: {}", self.0)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut builder = f.debug_struct("Builder");
        builder.field("options", &self.options);
        builder.finish_non_exhaustive()
    }
}
