//! What shows that something is under way.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes no longer than this is not worth a line on the terminal.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows what is running and how far it has come, on stderr and after a moment; nothing unless that
/// is a terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Of so many runs, if that is known.
    pub(crate) fn new(quiet: bool) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        style(&bar, "{spinner} {msg} … {elapsed}");
        Self(bar)
    }

    /// So many more runs there will be.
    pub(crate) fn expect(&self, runs: usize) {
        if self.0.length().is_none() {
            style(&self.0, "{bar:24} {pos}/{len} {msg} … {eta} left");
        }
        self.0.set_length(self.0.position() + runs as u64);
    }

    /// This is running now.
    pub(crate) fn running(&self, what: String) {
        self.0.set_message(what);
        if self.0.elapsed() >= PATIENCE {
            // Between two runs only: it must not take time from what it watches.
            self.0.tick();
        }
    }

    /// One more is done.
    pub(crate) fn done(&self) {
        self.0.inc(1);
    }

    /// Says a line above it.
    pub(crate) fn say(&self, line: &str) {
        self.0.suspend(|| eprintln!("{line}"));
    }

    /// It is over, and nothing remains on the terminal.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Says what is running; nothing unless stderr is a terminal.
pub(crate) fn spinner(what: String, quiet: bool) -> ProgressBar {
    let spinner = Progress::new(quiet).0;
    spinner.set_message(what);
    // Seldom: it must not take time from what it watches.
    spinner.enable_steady_tick(Duration::from_millis(250));
    spinner
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}
