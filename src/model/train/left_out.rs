//! Leaving out: one design for each part of the articles, made without it.

use std::thread;

use super::design::{Design, Inputs};
use super::set::TrainingSet;
use super::{Options, Signs, TrainError};
use crate::model::floor::Floor;
use crate::random::SplitMix;

/// The articles dealt into parts, and a design for each part that had not seen it.
pub(super) struct Parts<'a> {
    set: &'a TrainingSet,
    /// Articles left out, those without a score among them; articles fitted on; their design.
    parts: Vec<(Vec<usize>, Vec<usize>, Design<'a>)>,
}

impl<'a> Parts<'a> {
    /// Each corpus that is fitted on is a part.
    pub(super) fn corpora(set: &'a TrainingSet, options: &Options) -> Result<Self, TrainError> {
        let parts = set.fitted().into_iter().map(|corpus| set.judged(|example| example.corpus == corpus)).collect();
        Parts::of(set, parts, options)
    }

    /// The groups of every corpus (a publisher, a pair of articles) are dealt into so many parts.
    pub(super) fn groups(set: &'a TrainingSet, options: &Options) -> Result<Self, TrainError> {
        let mut parts = vec![Vec::new(); options.folds.max(2)];
        let count = parts.len();
        let mut random = SplitMix::new(options.seed);
        for corpus in set.fitted() {
            let mut groups = set.groups(set.judged(|example| example.corpus == corpus));
            random.shuffle(&mut groups);
            for (index, group) in groups.into_iter().enumerate() {
                parts[index % count].extend(group);
            }
        }
        parts.retain(|part| !part.is_empty());
        parts.iter_mut().for_each(|part| part.sort_unstable());
        Parts::of(set, parts, options)
    }

    fn of(set: &'a TrainingSet, parts: Vec<Vec<usize>>, options: &Options) -> Result<Self, TrainError> {
        let all = set.rows(|_| true);
        let design = |part: Vec<usize>| {
            let mut left_out = vec![false; set.len()];
            for &row in &part {
                left_out[row] = true;
            }
            let rest: Vec<usize> = all.iter().copied().filter(|&row| !left_out[row]).collect();
            let design = Design::new(set, &rest, options.register)?;
            Ok((part, rest, design))
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let chunk = parts.len().div_ceil(threads).max(1);
        let mut chunks: Vec<Vec<Vec<usize>>> = Vec::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index % chunk == 0 {
                chunks.push(Vec::new());
            }
            if let Some(last) = chunks.last_mut() {
                last.push(part);
            }
        }
        let parts = thread::scope(|scope| {
            let running: Vec<_> = chunks
                .into_iter()
                .map(|chunk| {
                    let design = &design;
                    scope.spawn(move || chunk.into_iter().map(design).collect::<Vec<Result<_, TrainError>>>())
                })
                .collect();
            running
                .into_iter()
                .flat_map(|thread| match thread.join() {
                    Ok(designs) => designs,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect::<Result<Vec<_>, _>>()
        })?;
        Ok(Parts { set, parts })
    }

    /// For every article, its logit under the model that had not seen its part; with the floor effect, if there is
    /// one.
    pub(super) fn logits(
        &self,
        penalty: f64,
        signs: Signs,
        inputs: Inputs,
        floor: Option<Floor>,
    ) -> Result<Vec<f64>, TrainError> {
        let mut logits = vec![0.0; self.set.len()];
        for (left_out, rows, design) in &self.parts {
            let fitted = design.fit(rows, penalty, signs, inputs)?;
            for (&row, logit) in left_out.iter().zip(design.logits(&fitted, left_out)) {
                logits[row] = logit + floor.map_or(0.0, |floor| floor.of_broken(design.broken[row]));
            }
        }
        Ok(logits)
    }

    /// Articles left out, and all others.
    pub(super) fn each(&self) -> impl Iterator<Item = (&[usize], &[usize])> {
        self.parts.iter().map(|(left_out, rest, _)| (left_out.as_slice(), rest.as_slice()))
    }
}
