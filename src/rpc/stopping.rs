//! The word that open streams and connections are to end.

use tokio::sync::watch;

/// Ends when `stopping` turns true; never if whoever could say so is gone.
pub async fn turns_true(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|&stopping| stopping).await.is_err() {
        std::future::pending::<()>().await;
    }
}
