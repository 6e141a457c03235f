//! Named tests for a `main` of one's own, with the options and the output of libtest.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use crate::system::in_time;

/// Turns functions that are generic over a pattern into tests whose names say the topic, the
/// contract and the pattern: `trials!(P: order_is_kept, ...)`.
#[macro_export]
macro_rules! trials {
    ($subject:ident: $($contract:ident),+ $(,)?) => {
        vec![$($crate::trials::trial::<$subject>(
            module_path!(),
            stringify!($contract),
            $contract::<$subject>,
        )),+]
    };
}

/// A test of one contract on one pattern.
#[must_use]
pub fn trial<S: crate::Subject>(module: &str, contract: &str, test: fn()) -> Trial {
    named(module, contract, S::NAME, test)
}

/// A test of what only one pattern can do, or does in its own way.
#[must_use]
pub fn named(module: &str, contract: &str, pattern: &str, test: fn()) -> Trial {
    let topic = module.rsplit("::").next().unwrap_or(module);
    let name = format!("{topic}::{contract}::{pattern}");
    Trial::test(name.clone(), move || {
        in_time(&name, test);
        Ok(())
    })
}

/// Runs tests as the command line says; all at once unless `alone`.
#[must_use]
pub fn run(trials: Vec<Trial>, alone: bool) -> ExitCode {
    // A panic in a job is an outcome that the tests look at.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !workload::is_in_job() {
            hook(panic);
        }
    }));
    let mut arguments = Arguments::from_args();
    if alone {
        arguments.test_threads = Some(1);
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
