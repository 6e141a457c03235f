//! The machine that the runs are measured on, as far as the system says. What it does not say is
//! `None`; elsewhere than on Linux, that is most of it.

pub(crate) mod load;
mod quota;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use serde::Serialize;

/// What a result depends on besides the program.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Machine {
    /// The processor's model.
    pub(crate) cpu: Option<String>,
    /// Logical cores that are switched on.
    pub(crate) cores: Option<usize>,
    /// How many of them this process and its children may run on (its affinity).
    pub(crate) allowed_cores: Option<usize>,
    /// How many cores' time this process and its children may use (its cgroup's CPU quota).
    pub(crate) quota: Option<f64>,
    /// The workers that a pattern has by default: the least of the three above.
    pub(crate) parallelism: Option<usize>,
    /// What sets the cores' frequencies; more than one if the cores disagree.
    pub(crate) governors: Vec<String>,
    /// Whether a core may run faster for a while than all of them can for long.
    pub(crate) turbo: Option<bool>,
    /// Bytes of main memory.
    pub(crate) memory: Option<u64>,
    /// The kernel's name and version.
    pub(crate) kernel: Option<String>,
    /// The operating system's name and version.
    pub(crate) os: Option<String>,
    /// Whether this is a virtual machine.
    pub(crate) is_virtual: Option<bool>,
}

impl Machine {
    /// Looks at this machine.
    pub(crate) fn look() -> Self {
        let parallelism = std::thread::available_parallelism().ok();
        let found = Self::look_in(Path::new("/"));
        Self {
            parallelism: parallelism.map(usize::from),
            os: found.os.or_else(|| Some(std::env::consts::OS.to_owned())),
            ..found
        }
    }

    /// What the files under `root` say, which are those under `/` on the machine itself.
    fn look_in(root: &Path) -> Self {
        let cpuinfo = text(root, "proc/cpuinfo").unwrap_or_default();
        Self {
            cpu: field(&cpuinfo, "model name", ':').map(str::to_owned),
            cores: online(root).map(|cores| cores.len()),
            allowed_cores: allowed_cores(root).map(|cores| cores.len()),
            quota: quota::look_in(root),
            parallelism: None,
            governors: governors(root),
            turbo: turbo(root),
            memory: text(root, "proc/meminfo").as_deref().and_then(memory),
            kernel: kernel(root),
            os: text(root, "etc/os-release").as_deref().and_then(os),
            // Only x86 has the flag, and there a bare machine has none.
            is_virtual: field(&cpuinfo, "flags", ':')
                .map(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
        }
    }
}

/// The cores that are switched on, by their numbers.
fn online(root: &Path) -> Option<Vec<usize>> {
    cores_in(&text(root, "sys/devices/system/cpu/online")?)
}

/// The cores that this process may run on, by their numbers.
fn allowed_cores(root: &Path) -> Option<Vec<usize>> {
    let status = text(root, "proc/self/status")?;
    let mut allowed = cores_in(field(&status, "Cpus_allowed_list", ':')?)?;
    // A process that may run anywhere may do so on cores that are not there yet.
    let online = online(root)?;
    allowed.retain(|core| online.contains(core));
    Some(allowed)
}

/// The governors of all cores, each once.
fn governors(root: &Path) -> Vec<String> {
    let policies = fs::read_dir(root.join("sys/devices/system/cpu/cpufreq"));
    let policies = policies.into_iter().flatten().flatten();
    let mut governors: Vec<_> = policies
        .filter_map(|policy| text(&policy.path(), "scaling_governor"))
        .collect();
    governors.sort_unstable();
    governors.dedup();
    governors
}

/// One driver says whether it is on, the other whether it is off.
fn turbo(root: &Path) -> Option<bool> {
    let cpu = root.join("sys/devices/system/cpu");
    let is_one = |file| text(&cpu, file).map(|value| value == "1");
    is_one("cpufreq/boost").or_else(|| is_one("intel_pstate/no_turbo").map(|off| !off))
}

fn memory(meminfo: &str) -> Option<u64> {
    let kibibytes = field(meminfo, "MemTotal", ':')?.strip_suffix("kB")?.trim();
    Some(kibibytes.parse::<u64>().ok()? * 1024)
}

fn kernel(root: &Path) -> Option<String> {
    let name = text(root, "proc/sys/kernel/ostype")?;
    let version = text(root, "proc/sys/kernel/osrelease")?;
    Some(format!("{name} {version}"))
}

fn os(release: &str) -> Option<String> {
    let name = field(release, "PRETTY_NAME", '=')?;
    Some(name.trim_matches(['"', '\'']).to_owned())
}

/// The file, without blanks around it.
fn text(root: &Path, file: &str) -> Option<String> {
    let text = fs::read_to_string(root.join(file)).ok()?;
    Some(text.trim().to_owned())
}

/// The value in the first line that is `name`, the separator and a value.
fn field<'a>(text: &'a str, name: &str, separator: char) -> Option<&'a str> {
    let mut fields = text.lines().filter_map(|line| line.split_once(separator));
    let (_, value) = fields.find(|(found, _)| found.trim_end() == name)?;
    Some(value.trim())
}

/// The numbers in a list such as `0-3,8`.
fn cores_in(list: &str) -> Option<Vec<usize>> {
    let mut cores = Vec::new();
    for range in list.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        cores.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    Some(cores)
}
