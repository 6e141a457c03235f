//! Running as somebody who may not read everything: root may, so root tries as nobody.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::binaries::{self, ALL};

/// The user that owns nothing, and its group.
const NOBODY: u32 = 65534;

/// The patterns' binaries where anybody may run them.
pub struct Unprivileged(TempDir);

impl Unprivileged {
    /// Builds them and puts them there.
    #[must_use]
    pub fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
        for name in ALL {
            let built = binaries::command(name);
            let (built, here) = (built.get_program(), place.path().join(name));
            if fs::hard_link(built, &here).is_err() {
                // Copied by a process of its own: one of ours that forks meanwhile would hold the
                // copy open for writing, and then it cannot be run.
                let copied = Command::new("install")
                    .args([built, here.as_os_str()])
                    .status();
                assert!(copied.unwrap().success());
            }
        }
        Self(place)
    }

    /// A command that runs a pattern's binary as nobody.
    #[must_use]
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.0.path().join(name));
        command.stdin(Stdio::null());
        drop_privileges(&mut command);
        command
    }
}

impl Default for Unprivileged {
    fn default() -> Self {
        Self::new()
    }
}

/// Has a command run as nobody, if it would run as root.
pub fn drop_privileges(command: &mut Command) {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
}
