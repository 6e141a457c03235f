//! Invented machines, and the one that the tests run on.

use std::fs;

use super::*;

/// A folder with these files in it, by their paths.
pub(super) fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn look_at(files: &[(&str, &str)]) -> Machine {
    Machine::look_in(machine(files).path())
}

pub(super) const ONLINE: &str = "sys/devices/system/cpu/online";

#[test]
fn a_machine_is_described() {
    let found = look_at(&[
        (
            "proc/cpuinfo",
            "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Fast CPU @ 2.50GHz\nflags\t\t: fpu hypervisor\n",
        ),
        (ONLINE, "0-2,8\n"),
        (
            "proc/self/status",
            "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t1-127\n",
        ),
        ("proc/self/cgroup", "0::/job\n"),
        ("sys/fs/cgroup/job/cpu.max", "150000 100000\n"),
        (
            "sys/devices/system/cpu/cpufreq/policy0/scaling_governor",
            "powersave\n",
        ),
        (
            "sys/devices/system/cpu/cpufreq/policy1/scaling_governor",
            "powersave\n",
        ),
        ("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"),
        ("proc/meminfo", "MemTotal:       2048 kB\nMemFree: 7 kB\n"),
        ("proc/sys/kernel/ostype", "Linux\n"),
        ("proc/sys/kernel/osrelease", "6.1.0\n"),
        (
            "etc/os-release",
            "NAME=\"Some\"\nPRETTY_NAME=\"Some Linux 12\"\n",
        ),
    ]);
    let expected = Machine {
        cpu: Some("Fast CPU @ 2.50GHz".to_owned()),
        cores: Some(4),
        allowed_cores: Some(3),
        quota: Some(1.5),
        parallelism: None,
        governors: vec!["powersave".to_owned()],
        turbo: Some(true),
        memory: Some(2048 * 1024),
        kernel: Some("Linux 6.1.0".to_owned()),
        os: Some("Some Linux 12".to_owned()),
        is_virtual: Some(true),
    };
    assert_eq!(found, expected);
}

#[test]
fn what_is_not_said_is_not_known() {
    assert_eq!(look_at(&[]), Machine::default());
    let nonsense = [
        ("proc/cpuinfo", "Features\t: fp hypervisor\n"),
        (ONLINE, "all of them"),
        ("proc/self/cgroup", "0::/job\n"),
        ("sys/fs/cgroup/job/cpu.max", "0 0"),
        ("proc/meminfo", "MemTotal: much"),
    ];
    assert_eq!(look_at(&nonsense), Machine::default());
}

#[test]
fn the_frequency_may_be_boosted_in_either_drivers_words() {
    let turbo = |file, value| look_at(&[(file, value)]).turbo;
    let boost = "sys/devices/system/cpu/cpufreq/boost";
    assert_eq!(turbo(boost, "1\n"), Some(true));
    assert_eq!(turbo(boost, "0\n"), Some(false));
    let no_turbo = "sys/devices/system/cpu/intel_pstate/no_turbo";
    assert_eq!(turbo(no_turbo, "1\n"), Some(false));
}

#[test]
fn the_least_quota_on_the_way_up_holds() {
    let quota = |files: &[(&str, &str)]| look_at(files).quota;
    let groups = "4:memory:/m\n3:cpu,cpuacct:/docker/one\n0::/\n";
    let first_version = [
        ("proc/self/cgroup", groups),
        (
            "sys/fs/cgroup/cpu,cpuacct/docker/one/cpu.cfs_quota_us",
            "-1\n",
        ),
        (
            "sys/fs/cgroup/cpu,cpuacct/docker/one/cpu.cfs_period_us",
            "100000\n",
        ),
        (
            "sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us",
            "25000\n",
        ),
        (
            "sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us",
            "50000\n",
        ),
    ];
    assert_eq!(quota(&first_version), Some(0.5));
    assert_eq!(quota(&first_version[..3]), None);

    let second_version = |path| {
        quota(&[
            ("proc/self/cgroup", path),
            ("sys/fs/cgroup/cpu.max", "400000 100000"),
            ("sys/fs/cgroup/a/cpu.max", "200000 100000"),
            ("sys/fs/cgroup/a/b/cpu.max", "max 100000"),
            ("sys/fs/cgroup/c/cpu.max", "100000 100000"),
        ])
    };
    assert_eq!(second_version("0::/a/b\n"), Some(2.0));
    assert_eq!(second_version("0::/a\n"), Some(2.0));
    assert_eq!(second_version("0::/\n"), Some(4.0));
    assert_eq!(second_version("0::/only/on/the/host\n"), Some(4.0));
    assert_eq!(second_version("0::/../c\n"), Some(4.0));

    let mixed = [
        ("proc/self/cgroup", "2:cpu:/\n0::/x\n"),
        ("sys/fs/cgroup/unified/x/cpu.max", "100000 100000"),
    ];
    assert_eq!(quota(&mixed), Some(1.0));
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_says_what_matters() {
    let machine = Machine::look();
    let (cores, allowed) = (machine.cores.unwrap(), machine.allowed_cores.unwrap());
    let parallelism = machine.parallelism.unwrap();
    assert!((1..=allowed).contains(&parallelism) && allowed <= cores);
    assert!(machine.memory.unwrap() > 1 << 20);
    assert!(machine.kernel.unwrap().starts_with("Linux "));
}
