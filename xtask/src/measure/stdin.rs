//! Standard input, read once and given to every run.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::process::Stdio;

use anyhow::Context;

/// What the runs read on their standard input.
#[derive(Debug)]
pub(crate) enum Stdin {
    /// Nothing.
    Empty,
    /// All that came on ours.
    Copy(File),
}

impl Stdin {
    /// Copies our own standard input if the arguments ask for it with `--from -`: four runs cannot
    /// read it one after the other.
    pub(crate) fn for_args(args: &[OsString]) -> anyhow::Result<Self> {
        let apart = args.windows(2).any(|pair| pair == ["--from", "-"]);
        if !apart && !args.iter().any(|arg| arg == "--from=-") {
            return Ok(Self::Empty);
        }
        let mut file = tempfile::tempfile().context("cannot make a temporary file")?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file)
            .context("cannot copy standard input to a temporary file")?;
        Ok(Self::Copy(file))
    }

    /// The input from its beginning.
    pub(crate) fn again(&self) -> anyhow::Result<Stdio> {
        let Self::Copy(file) = self else {
            return Ok(Stdio::null());
        };
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::words;

    #[test]
    fn stdin_is_left_alone_unless_it_is_asked_for() {
        for line in ["square --count 3", "checksum -", "square --from file"] {
            assert!(
                matches!(Stdin::for_args(&words(line)).unwrap(), Stdin::Empty),
                "{line}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn every_run_reads_the_copy_from_its_beginning() {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"1\n2\n").unwrap();
        let stdin = Stdin::Copy(file);
        for _ in 0..2 {
            let mut cat = std::process::Command::new("cat");
            let output = cat.stdin(stdin.again().unwrap()).output().unwrap();
            assert_eq!(output.stdout, b"1\n2\n");
        }
    }
}
