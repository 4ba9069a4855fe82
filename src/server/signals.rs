//! What the process is told from outside.

use std::future::Future;
use std::io;
use std::sync::Arc;

use super::reload::Reload;

/// How to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody sits at the keyboard and waits.
    Now,
    /// Load balancers need time to hear of it.
    AfterDelay,
}

/// Listens for the signals that stop the process, from now on: SIGINT at once, SIGTERM after the drain
/// delay. The future ends with the first of them; after it, another of either calls `again`.
///
/// # Errors
/// If the signals cannot be listened for.
#[cfg(unix)]
pub fn stop(again: impl FnOnce() + Send + 'static) -> io::Result<impl Future<Output = Stop>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let stop = tokio::select! {
            _ = interrupt.recv() => Stop::Now,
            _ = terminate.recv() => Stop::AfterDelay,
        };
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::warn!("told to stop once more: open calls are cut off");
            again();
        });
        stop
    })
}

/// Reads everything again at every SIGHUP, from now on.
///
/// # Errors
/// If the signal cannot be listened for.
#[cfg(unix)]
pub fn reload_on_hangup(reload: Arc<Reload>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            // What came of it is in the log and the metrics.
            let (told, _) = reload.all().await;
            if told.is_empty() {
                tracing::info!(
                    "told to read files again, and there are none: the model is the built-in one, and there is neither TLS nor a file of keys"
                );
            }
        }
    });
    Ok(())
}

/// Listens for the signal that stops the process. The future ends with it; another calls `again`.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn stop(again: impl FnOnce() + Send + 'static) -> io::Result<impl Future<Output = Stop>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                again();
            }
        });
        Stop::Now
    })
}

/// There is no such signal here.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn reload_on_hangup(_reload: Arc<Reload>) -> io::Result<()> {
    Ok(())
}
