//! How much CPU time the cgroups leave us. A container that is given 1.5 of 8 cores still sees all
//! eight; when its share of a period is used up, all of its threads stand still until the next.

use std::path::{Component, Path};

use super::text;

/// The quota in cores, if there is one: the least of our own cgroup and of those that it is in.
pub(super) fn look_in(root: &Path) -> Option<f64> {
    let groups = text(root, "proc/self/cgroup")?;
    let quotas = groups.lines().filter_map(|line| of_group(root, line));
    quotas.reduce(f64::min)
}

/// A line is `number:controllers:path`; version 2 has no controllers in it.
fn of_group(root: &Path, line: &str) -> Option<f64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let groups = root.join("sys/fs/cgroup");
    if controllers.is_empty() {
        // Where both versions are in use, the second is mounted beside the parts of the first.
        return least(&groups, path, version_2)
            .or_else(|| least(&groups.join("unified"), path, version_2));
    }
    if !controllers.split(',').any(|controller| controller == "cpu") {
        return None;
    }
    least(&groups.join(controllers), path, version_1)
        .or_else(|| least(&groups.join("cpu"), path, version_1))
}

/// The least quota from the group up to the root of the mount. In a container the path may be one
/// that only its host has: then the root of the mount is our group.
fn least(mount: &Path, path: &str, quota: fn(&Path) -> Option<f64>) -> Option<f64> {
    let path = Path::new(path.trim_start_matches('/'));
    let is_outside = path.components().any(|part| part == Component::ParentDir);
    let path = if is_outside { Path::new("") } else { path };
    let groups = path.ancestors().map(|group| mount.join(group));
    groups.filter_map(|group| quota(&group)).reduce(f64::min)
}

/// `max 100000` or `150000 100000`.
fn version_2(group: &Path) -> Option<f64> {
    let text = text(group, "cpu.max")?;
    let (quota, period) = text.split_once(' ')?;
    cores(quota, period)
}

/// -1 stands for no quota.
fn version_1(group: &Path) -> Option<f64> {
    let quota = text(group, "cpu.cfs_quota_us")?;
    cores(&quota, &text(group, "cpu.cfs_period_us")?)
}

fn cores(quota: &str, period: &str) -> Option<f64> {
    let (quota, period): (u32, u32) = (quota.parse().ok()?, period.parse().ok()?);
    (quota > 0 && period > 0).then(|| f64::from(quota) / f64::from(period))
}
