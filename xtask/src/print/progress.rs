//! What shows that something is under way.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Says what is running; nothing unless stderr is a terminal.
pub(crate) fn spinner(what: String, quiet: bool) -> ProgressBar {
    let target = if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let spinner = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template("{spinner} running {msg} … {elapsed}") {
        spinner.set_style(style);
    }
    spinner.set_message(what);
    // Seldom: it must not take time from what it watches.
    spinner.enable_steady_tick(Duration::from_millis(250));
    spinner
}
