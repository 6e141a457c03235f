//! What about the machine may have spoiled a comparison. Every warning names the thing, what it
//! does to the result, and what can be done about it.

use std::fmt;
use std::time::Duration;

use crate::measure::machine::Machine;
use crate::measure::machine::load::Taken;

/// A pattern has to win by a tenth: if others take as much of the cores that the runs need, they
/// may have decided it.
const OTHERS: f64 = 0.1;

/// A host that gives less than was asked for gives it unevenly: half of what others may take.
const STEAL: f64 = 0.05;

/// In a run that takes longer, a quota's periods (a tenth of a second as a rule) and a governor's
/// delays (some hundredths) even out.
const SHORT_RUN: Duration = Duration::from_secs(1);

/// With more of the machine's cores than this, a pattern gains about as much as with all of them.
const FEW_CORES: f64 = 0.5;

/// Those that change a core's frequency with what it does. `performance` and `userspace` do not.
const CHANGING: [&str; 4] = ["conservative", "ondemand", "powersave", "schedutil"];

/// Something that may have spoiled the comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Warning {
    /// Other programs ran.
    Others {
        /// Cores that they kept busy.
        used: f64,
        /// Cores that they shared with us.
        of: usize,
    },
    /// The host of the virtual machine ran something else.
    Steal {
        /// Cores that it withheld.
        stolen: f64,
        /// Cores that we may use.
        of: usize,
    },
    /// Not all cores may be used.
    Affinity {
        /// How many may be.
        allowed: usize,
        /// How many there are.
        of: usize,
    },
    /// Not all time of the cores may be used.
    Quota {
        /// How much may be, in cores.
        quota: f64,
        /// Cores that we may use.
        of: usize,
    },
    /// Cores run slowly until they have been busy for a while.
    Governor(String),
}

/// What may have spoiled a comparison on this machine, in which so much was `taken` and the
/// shortest run took so long.
pub(crate) fn warnings(
    machine: &Machine,
    taken: Option<Taken>,
    shortest_run: Duration,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    // Where the system does not tell one of the two, it is as good as the other.
    let allowed = machine.allowed_cores.or(machine.parallelism).unwrap_or(1);
    let quota = machine.quota.filter(|quota| *quota < allowed as f64);
    if let Some(Taken { others, steal }) = taken {
        // A quota leaves some cores to others.
        let needed = quota.unwrap_or(allowed as f64);
        let spare = allowed as f64 - needed;
        if others - spare > OTHERS * needed {
            warnings.push(Warning::Others {
                used: others,
                of: allowed,
            });
        }
        if steal > STEAL * allowed as f64 {
            warnings.push(Warning::Steal {
                stolen: steal,
                of: allowed,
            });
        }
    }
    if let Some(cores) = machine.cores
        && allowed < cores
        && allowed as f64 <= FEW_CORES * cores as f64
    {
        warnings.push(Warning::Affinity { allowed, of: cores });
    }
    if shortest_run < SHORT_RUN {
        warnings.extend(quota.map(|quota| Warning::Quota { quota, of: allowed }));
        let mut governors = machine.governors.iter();
        let changing = governors.find(|governor| CHANGING.contains(&governor.as_str()));
        warnings.extend(changing.cloned().map(Warning::Governor));
    }
    warnings
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Others { used, of } => write!(
                f,
                "Other programs used {used:.1} of {}, so the patterns had fewer than it seems and \
                 gained less: end them, or wait until they are done, and run it again.",
                cores(*of)
            ),
            Self::Steal { stolen, of } => write!(
                f,
                "The host of this virtual machine withheld the time of {stolen:.2} of {}, at \
                 moments that nobody here can see, so differences may come from it: run it again \
                 later, or on a machine that is not shared.",
                cores(*of)
            ),
            Self::Affinity { allowed, of } => write!(
                f,
                "This process may run on only {allowed} of {}, so the patterns gain less than this \
                 machine allows: start it without `taskset`, or give its container more cores.",
                cores(*of)
            ),
            Self::Quota { quota, of } => write!(
                f,
                "A CPU quota leaves {} of {}. When it is used up, the system stops all of a \
                 program's workers until the next period, which counts in runs as short as these: \
                 give the container whole cores (`--cpuset-cpus`) instead of a quota, or make the \
                 runs longer.",
                number(*quota),
                cores(*of)
            ),
            Self::Governor(governor) => write!(
                f,
                "The frequency governor is `{governor}`: a core may be slow until it has been busy \
                 for a while, which counts in runs as short as these. Choose `performance` \
                 (`cpupower frequency-set -g performance`), or make the runs longer."
            ),
        }
    }
}

fn cores(of: usize) -> String {
    format!("{of} core{}", if of == 1 { "" } else { "s" })
}

/// 0.33 and 1.5, but no 2.00.
fn number(cores: f64) -> f64 {
    (cores * 100.0).round() / 100.0
}

#[cfg(test)]
#[path = "circumstances_tests.rs"]
mod tests;
