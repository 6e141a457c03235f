//! A signal's handler after which the system does not go on with the call that it interrupted: what
//! well-kept libraries do not install, but older programs do.
#![expect(
    unsafe_code,
    reason = "installing a handler is unsafe, and all safe ways have the system go on"
)]

use std::ffi::c_int;

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

extern "C" fn nothing(_: c_int) {}

/// Has this process do nothing on a signal but end the call that a thread of it waits in.
pub fn interrupt_on(signal: Signal) {
    let handler = SigHandler::Handler(nothing);
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing, so it does nothing that a handler may not.
    unsafe { sigaction(signal, &action) }.unwrap();
}
