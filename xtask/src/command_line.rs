//! What the command line of a workload says, before the binaries that it is handed to have read it.

use std::ffi::OsString;

/// Options without a value that may stand before the workload. All others have one.
const FLAGS: [&str; 2] = ["--gil", "--quiet"];

/// The words of a line that has no spaces in them.
pub(crate) fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

/// What an option is called, with or without its value behind it.
pub(crate) fn name(arg: &str) -> &str {
    arg.split_once('=').map_or(arg, |(name, _)| name)
}

/// Whether the workload is this one.
pub(crate) fn is_of(workload: &str, args: &[OsString]) -> bool {
    named(args)
        .first()
        .is_some_and(|place| args[*place] == workload)
}

/// Whether this option, which has a long name only, is among the arguments.
pub(crate) fn has(option: &str, args: &[OsString]) -> bool {
    args.iter()
        .any(|arg| name(&arg.to_string_lossy()) == option)
}

/// The places of the arguments that are neither options nor their values: first the workload's name.
pub(crate) fn named(args: &[OsString]) -> Vec<usize> {
    let mut named = Vec::new();
    let mut is_value = false;
    for (place, arg) in args.iter().enumerate() {
        let text = arg.to_string_lossy();
        if is_value {
            is_value = false;
        } else if !text.starts_with('-') {
            named.push(place);
        } else {
            // `-w2` and `--workers=2` have theirs with them.
            let has_value = text.contains('=') || !text.starts_with("--") && text.len() > 2;
            is_value = !has_value && text != "--" && !FLAGS.contains(&&*text);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_their_values_are_told_from_what_is_named() {
        let lines = [
            ("thumbs", 1),
            ("thumbs --size 64", 1),
            ("thumbs --size=64 --gil -w 2 -w2", 1),
            ("--workers 2 thumbs --gil pictures --size 64", 2),
            ("--gil thumbs pictures", 2),
            ("thumbs -- pictures", 2),
            ("thumbs thumbs", 2),
        ];
        for (line, count) in lines {
            let args = words(line);
            assert_eq!(named(&args).len(), count, "{line}");
            assert!(is_of("thumbs", &args), "{line}");
        }
    }

    #[test]
    fn a_folder_may_have_the_name_of_a_workload() {
        for line in [
            "checksum fetch",
            "--from fetch square",
            "-w 2 checksum fetch",
        ] {
            assert!(!is_of("fetch", &words(line)), "{line}");
        }
    }

    #[test]
    fn an_option_is_found_by_its_whole_name() {
        assert!(has("--out", &words("thumbs --out=there")));
        assert!(has("--out", &words("thumbs --out there")));
        assert!(!has("--out", &words("thumbs --output out")));
    }
}
