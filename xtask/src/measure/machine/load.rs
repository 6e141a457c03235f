//! How busy the machine is, and with what: two looks tell how much of it others used in between.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{allowed_cores, text};

/// The kernel tells CPU time in hundredths of a second, on all processors that Rust runs on.
const TICK_MILLIS: u64 = 10;

/// In less time than this, what is left of a tick on each core looks like another program.
const TOO_SHORT: Duration = Duration::from_millis(500);

/// Ticks of a core by its time, if all is well: 1, and a little more when the time is short.
const MOST_COUNTED: f64 = 1.2;

/// One look at what the machine does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Load {
    /// How many programs wanted to run, on average over the last minute.
    pub(crate) average: Option<f64>,
    /// How many threads run or want to now, ours among them.
    pub(crate) runnable: Option<usize>,
    /// Since the machine was started, on the cores that we may use.
    #[serde(skip)]
    cores: Option<Cores>,
}

/// CPU time of the cores that we may use, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cores {
    /// How many they are.
    number: u32,
    /// Used by programs and by the kernel, in ticks.
    busy: u64,
    /// Ticks in which a virtual machine had something to do and its host did not let it.
    stolen: u64,
    /// Ticks of all kinds.
    all: u64,
}

/// What was taken from us, in cores on average.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Taken {
    /// Used by other programs, and by the kernel for itself.
    pub(crate) others: f64,
    /// Withheld by the host of a virtual machine.
    pub(crate) steal: f64,
}

/// Sees what other programs take from us from now on.
#[derive(Debug)]
pub(crate) struct Watch {
    began: Instant,
    load: Load,
    ours: Duration,
}

impl Watch {
    /// The first look.
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            load: Load::look(),
            ours: used_by_us(),
        }
    }

    /// The second look: what was taken in between, if that can be known.
    pub(crate) fn stop(self) -> Option<Taken> {
        let ours = used_by_us().saturating_sub(self.ours);
        Load::look().since(&self.load, ours, self.began.elapsed())
    }
}

impl Load {
    /// Looks at this machine.
    pub(crate) fn look() -> Self {
        Self::look_in(Path::new("/"))
    }

    /// What the files under `root` say, which are those under `/` on the machine itself.
    pub(super) fn look_in(root: &Path) -> Self {
        let average = text(root, "proc/loadavg").unwrap_or_default();
        let mut words = average.split(' ');
        let stat = text(root, "proc/stat");
        Self {
            average: words.next().and_then(|word| word.parse().ok()),
            runnable: words
                .nth(2)
                .and_then(|word| word.split('/').next()?.parse().ok()),
            cores: stat.and_then(|stat| Cores::parse(&stat, allowed_cores(root)?.as_slice())),
        }
    }

    /// What was taken from us since an earlier look, if that can be known. `ours` is the CPU time
    /// that we and our children used in this time: a child that nobody waited for, and whose time
    /// the system therefore does not count as ours, looks like another program.
    pub(crate) fn since(&self, earlier: &Self, ours: Duration, elapsed: Duration) -> Option<Taken> {
        let (before, after) = (earlier.cores?, self.cores?);
        // A sandbox may have the file, with nothing but zeros in it.
        let is_counted = before.number == after.number && after.all > before.all;
        if elapsed < TOO_SHORT || !is_counted {
            return None;
        }
        let cores = |ticks: u64, less: Duration| {
            let time = Duration::from_millis(ticks * TICK_MILLIS);
            time.saturating_sub(less).div_duration_f64(elapsed)
        };
        // A virtual machine that was paused may charge the pause to whoever ran, and not to the
        // clock: then more time was counted than there was.
        let counted = cores(after.all - before.all, Duration::ZERO);
        if counted > f64::from(after.number) * MOST_COUNTED {
            return None;
        }
        Some(Taken {
            others: cores(after.busy.saturating_sub(before.busy), ours),
            steal: cores(after.stolen.saturating_sub(before.stolen), Duration::ZERO),
        })
    }
}

impl Cores {
    /// Adds up the lines of these cores: `cpu3 user nice system idle iowait irq softirq steal`,
    /// and then times that are part of the first two.
    fn parse(stat: &str, allowed: &[usize]) -> Option<Self> {
        let mut sum = Self::default();
        for line in stat.lines() {
            let Some((core, ticks)) = line.split_once(' ') else {
                continue;
            };
            let number = core.strip_prefix("cpu").and_then(|core| core.parse().ok());
            if !number.is_some_and(|number| allowed.contains(&number)) {
                continue;
            }
            let ticks: Vec<u64> = ticks.split(' ').flat_map(str::parse).take(8).collect();
            let [user, nice, system, idle, iowait, irq, softirq, steal] = *ticks else {
                return None;
            };
            let busy = user + nice + system + irq + softirq;
            sum.number += 1;
            sum.busy += busy;
            sum.stolen += steal;
            sum.all += busy + steal + idle + iowait;
        }
        (sum.number > 0).then_some(sum)
    }
}

/// CPU time that this process and those of its children that it waited for have used so far.
#[cfg(unix)]
fn used_by_us() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_SELF);
    let own = usage.map_or(0, |usage| {
        (usage.user_time() + usage.system_time()).num_microseconds()
    });
    let own = Duration::from_micros(u64::try_from(own).unwrap_or_default());
    own + super::super::system::used_by_children().cpu
}

/// Elsewhere than on Unix, there is no load to hold it against.
#[cfg(not(unix))]
fn used_by_us() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
