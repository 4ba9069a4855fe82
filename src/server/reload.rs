//! What is read again while the service runs: the model, the certificates and the keys. Whatever cannot be
//! used is left alone, and what is in use stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::auth::{Auth, Keys};
use super::health::self_test;
use super::metrics::Metrics;
use super::tls::{Tls, TlsFiles};
use crate::engine::Engine;
use crate::model::Model;
use crate::rpc::engines::Engines;

/// Reads again on demand, or when files change.
#[derive(Debug)]
pub struct Reload {
    pub model: Option<PathBuf>,
    pub engines: Arc<Engines>,
    pub tls: Option<(TlsFiles, Arc<Tls>)>,
    pub web: bool,
    pub keys: Option<PathBuf>,
    pub auth: Arc<Auth>,
    pub metrics: Arc<Metrics>,
    /// What the files held when they were read last; one reload at a time.
    pub seen: Mutex<BTreeMap<PathBuf, [u8; 32]>>,
}

impl Reload {
    /// Reads everything again: for every part what has become of it, and whether any was refused.
    pub async fn all(&self) -> (Vec<String>, bool) {
        let mut told = Vec::new();
        let mut fine = true;
        for outcome in [self.model().await, self.certificates(true).await, self.keys(true).await].into_iter().flatten()
        {
            fine &= outcome.is_ok();
            told.push(outcome.unwrap_or_else(|problem| problem));
        }
        (told, fine)
    }

    /// Reads the certificates and the keys again whenever their files have changed, for ever.
    pub async fn watch(&self, interval: Duration) {
        // What was read at the start.
        self.changed(self.paths()).await;
        loop {
            tokio::time::sleep(interval).await;
            // Outcomes are in the log and the metrics.
            let _ = self.certificates(false).await;
            let _ = self.keys(false).await;
        }
    }

    fn paths(&self) -> Vec<PathBuf> {
        let tls = self.tls.iter().flat_map(|(files, _)| files.paths());
        tls.chain(self.keys.as_deref()).map(Path::to_owned).collect()
    }

    /// Whether any of the files holds something else than when it was last looked at. One that cannot be
    /// read counts as empty: what reads it will say why.
    async fn changed(&self, paths: Vec<PathBuf>) -> bool {
        let read = move || {
            paths
                .into_iter()
                .map(|path| {
                    let hash = Sha256::digest(std::fs::read(&path).unwrap_or_default()).into();
                    (path, hash)
                })
                .collect::<Vec<_>>()
        };
        let Ok(found) = spawn_blocking(read).await else { return false };
        let mut seen = self.seen.lock().await;
        let mut changed = false;
        for (path, hash) in found {
            changed |= seen.insert(path, hash) != Some(hash);
        }
        changed
    }

    /// Loads the model beside the one in use and swaps them if it is sound.
    async fn model(&self) -> Option<Result<String, String>> {
        let path = self.model.clone()?;
        let in_use = self.engines.current();
        let load = move || {
            let model = Model::load(&path).map_err(|error| error.to_string())?;
            let old = in_use.model();
            if model.version() == old.version() && model.sha256() != old.sha256() {
                return Err(format!(
                    "{} has the version in use, {}, and other content.",
                    path.display(),
                    old.version()
                ));
            }
            let engine = Engine::new(model);
            self_test(&engine, Some(&path)).map(|()| engine)
        };
        let loaded = spawn_blocking(load).await.unwrap_or_else(|_| Err("The model could not be tried.".to_owned()));
        Some(self.told(
            "model",
            loaded.map(|engine| {
                let version = engine.model().version().to_owned();
                self.metrics.model(engine.model());
                self.engines.replace(engine);
                format!("the model {version} is in use")
            }),
        ))
    }

    async fn certificates(&self, asked: bool) -> Option<Result<String, String>> {
        let (files, tls) = self.tls.as_ref()?;
        if !self.changed(files.paths().map(Path::to_owned).collect()).await && !asked {
            return None;
        }
        Some(self.told(
            "certificate",
            files.load(self.web).map(|loaded| {
                tls.replace(&loaded);
                self.metrics.certificate_ends(loaded.not_after);
                "the certificate was read again".to_owned()
            }),
        ))
    }

    async fn keys(&self, asked: bool) -> Option<Result<String, String>> {
        let path = self.keys.as_ref()?;
        if !self.changed(vec![path.clone()]).await && !asked {
            return None;
        }
        Some(self.told(
            "keys",
            Keys::load(path).map(|keys| {
                let told = format!("{} keys are in force", keys.len());
                self.auth.replace(keys);
                told
            }),
        ))
    }

    fn told(&self, what: &'static str, outcome: Result<String, String>) -> Result<String, String> {
        self.metrics.reloaded(what, outcome.is_ok());
        match &outcome {
            Ok(told) => tracing::info!(what, "reloaded: {told}"),
            Err(problem) => tracing::warn!(what, problem, "not reloaded; what is in use stays"),
        }
        outcome
    }
}
