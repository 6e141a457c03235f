//! A run that is ended in the middle of it leaves whole thumbnails and nothing else.

use std::io::{BufRead, BufReader, Read};

use nix::sys::signal::Signal;
use tests::binaries::{ALL, Running, command};
use tests::system::until;

use super::files;
use super::made::{Folder, scene};

const PICTURES: usize = 320;
/// Lines of so long names are more than a pipe and a reader's buffer hold, so the run cannot end before
/// somebody reads them.
const NAME: usize = 230;

#[test]
fn nothing_but_whole_thumbnails_is_left() {
    let folder = Folder::new();
    for number in 0..PICTURES {
        let path = folder.pictures().join(format!("{number:0>NAME$}.png"));
        scene(120, 90).save(path).unwrap();
    }
    for name in ALL {
        // Politely; at once; and so that nobody can clean up.
        for signals in [
            &[Signal::SIGINT][..],
            &[Signal::SIGTERM; 2],
            &[Signal::SIGKILL],
        ] {
            let out = tempfile::tempdir().unwrap();
            let mut run = command(name);
            run.args(["-w", "2", "--window", "4", "thumbs"]);
            run.arg(folder.pictures()).arg("--out").arg(out.path());
            let mut running = Running::spawn(&mut run);
            let mut lines = BufReader::new(running.0.stdout.take().unwrap());
            lines.read_line(&mut String::new()).unwrap();
            for signal in signals {
                running.signal(*signal);
            }
            let killed = signals == [Signal::SIGKILL];
            if !killed {
                // What is under way is printed.
                lines.read_to_end(&mut Vec::new()).unwrap();
            }
            let pid = running.pid();
            until("the run and its workers are gone", || {
                running.0.try_wait().unwrap().is_some() && tests::system::workers_of(pid).is_empty()
            });
            let left = files(out.path());
            let most = if killed { PICTURES - 1 } else { PICTURES };
            assert!((1..=most).contains(&left.len()), "{name}: {}", left.len());
            for (path, bytes) in left {
                let shown = path.display();
                assert_eq!(path.extension().unwrap(), "png", "{name}: {shown}");
                let file = path.file_name().unwrap().to_string_lossy();
                assert!(!file.starts_with('.'), "{name}: {shown}");
                assert!(image::load_from_memory(&bytes).is_ok(), "{name}: {shown}");
            }
        }
    }
}
