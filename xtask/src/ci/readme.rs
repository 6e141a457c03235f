//! Runs the commands that the README tells people to run.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::cargo;
use crate::print::{self, say};

/// A command of the README.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    command: &'a str,
    /// The exit code that it ends with, 0 unless a comment `# exits N` says otherwise.
    exit_code: i32,
}

/// Each must end as it says. Its output is shown only if it does not.
pub(crate) fn run() -> anyhow::Result<()> {
    let file = cargo::root().join("README.md");
    let text = std::fs::read_to_string(&file).context("cannot read README.md")?;
    let lines = lines(&text);
    if lines.is_empty() {
        bail!("README.md has no cargo command in a block that begins with ```sh");
    }
    for line in lines {
        run_one(&line)?;
    }
    Ok(())
}

fn run_one(line: &Line<'_>) -> anyhow::Result<()> {
    let command = line.command;
    say(command)?;
    let mut shell = Command::new("sh");
    shell.current_dir(cargo::root()).args(["-c", command]);
    let output = shell.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start `sh -c '{command}'`"))?;
    if output.status.code() == Some(line.exit_code) {
        return Ok(());
    }
    std::io::stdout().write_all(&output.stdout)?;
    std::io::stderr().write_all(&output.stderr)?;
    let (ended, expected) = (print::status(output.status), line.exit_code);
    bail!("`{command}` of README.md ended with {ended} and not with {expected}");
}

/// The cargo commands in the shell blocks of a Markdown text, except those that other steps run,
/// and those that a comment `# long` leaves out.
fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut in_shell = false;
    for line in text.lines().map(str::trim) {
        if let Some(language) = line.strip_prefix("```") {
            in_shell = !in_shell && language.trim() == "sh";
        } else if in_shell {
            found.extend(command(line));
        }
    }
    found
}

fn command(line: &str) -> Option<Line<'_>> {
    let line = line.strip_prefix("$ ").unwrap_or(line);
    let (command, comment) = line.split_once(" #").unwrap_or((line, ""));
    let (command, comment) = (command.trim(), comment.trim());
    let is_ours = command.starts_with("cargo ");
    // These are steps of their own, and `ci` would run itself for ever.
    let others = ["cargo test", "cargo xtask survive", "cargo xtask ci"];
    if !is_ours || comment == "long" || others.iter().any(|other| command.starts_with(other)) {
        return None;
    }
    let exit_code = comment
        .strip_prefix("exits ")
        .and_then(|code| code.parse().ok());
    Some(Line {
        command,
        exit_code: exit_code.unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_shell_blocks_only() {
        let text = "\
Run `cargo nothing`:

```sh
git clone https://example.org/patterns
cd patterns
cargo xtask compare          # builds, runs, compares
$ cargo run -p async-pattern
cargo test
cargo test --release
cargo xtask survive
cargo xtask ci
cargo xtask compare checksum ~   # long
cargo run -p workload -- hostile # exits 3
```

```text
cargo output
```

```rust
cargo();
```
```
cargo plain
```
```sh
cargo run -p workload -- square --from - < /dev/null
```
";
        let expected = [
            ("cargo xtask compare", 0),
            ("cargo run -p async-pattern", 0),
            ("cargo run -p workload -- hostile", 3),
            ("cargo run -p workload -- square --from - < /dev/null", 0),
        ];
        let found = lines(text);
        let found: Vec<_> = found
            .iter()
            .map(|line| (line.command, line.exit_code))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_without_commands_has_none() {
        assert_eq!(lines(""), []);
        assert_eq!(lines("```sh\nls\n"), []);
    }
}
