//! Small linear classifiers of sentences and headlines, for judgements that no list of cues makes well.
//!
//! Each is a logistic regression over named patterns (a word, a pair of neighbours, a class of the
//! lexicon, a count): the weights are a readable file under `models/classifiers-1/`, fitted with linfa
//! by `candor train-classifier`. A detector may ask one; what it answers is never the only ground of a
//! mark that names a reason.

mod card;
mod classifier;
mod fit;
mod pattern;
mod reading;

use std::sync::LazyLock;

pub use card::card;
pub use classifier::{Classifier, ClassifierError, ClassifierFile, Evaluation};
pub use fit::{FitError, Rows, Settings, fit};
pub use pattern::{Pattern, Sample};
pub use reading::Reading;

/// What a classifier decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// A sentence states something a fact-checker would check (Hassan et al. 2017; Arslan et al. 2020).
    CheckWorthy,
    /// A sentence gives its writer's view (Antici et al. 2024).
    Subjective,
    /// A headline teases instead of telling (Chakraborty et al. 2016). Case is not seen.
    Clickbait,
}

impl Task {
    pub const ALL: [Task; 3] = [Task::CheckWorthy, Task::Subjective, Task::Clickbait];

    /// The name of the classifier and of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Task::CheckWorthy => "check_worthy",
            Task::Subjective => "subjective",
            Task::Clickbait => "clickbait",
        }
    }

    /// The settings it is fitted with, chosen by cross-validation.
    #[must_use]
    pub const fn settings(self) -> Settings {
        match self {
            Task::CheckWorthy => {
                Settings { patterns: 2000, least: 3, rate: 0.7, penalty: 1.0, rounds: 16, threshold: Some(0.5) }
            }
            Task::Subjective => {
                Settings { patterns: 1200, least: 3, rate: 0.5, penalty: 0.3, rounds: 5, threshold: None }
            }
            Task::Clickbait => {
                Settings { patterns: 2200, least: 5, rate: 2.0, penalty: 0.3, rounds: 8, threshold: Some(0.5) }
            }
        }
    }

    const fn embedded(self) -> &'static str {
        match self {
            Task::CheckWorthy => include_str!("../../models/classifiers-1/check_worthy.json"),
            Task::Subjective => include_str!("../../models/classifiers-1/subjective.json"),
            Task::Clickbait => include_str!("../../models/classifiers-1/clickbait.json"),
        }
    }
}

static EMBEDDED: LazyLock<[Classifier; 3]> = LazyLock::new(|| Task::ALL.map(|task| read(task).unwrap_or_default()));

fn read(task: Task) -> Result<Classifier, ClassifierError> {
    ClassifierFile::from_json(task.embedded(), task.name()).map(|file| Classifier::new(&file))
}

/// The classifier that ships inside the program.
#[must_use]
pub fn classifier(task: Task) -> &'static Classifier {
    let [check_worthy, subjective, clickbait] = &*EMBEDDED;
    match task {
        Task::CheckWorthy => check_worthy,
        Task::Subjective => subjective,
        Task::Clickbait => clickbait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_classifiers_are_sound_and_small() {
        for task in Task::ALL {
            assert!(!read(task).unwrap().is_empty(), "{}", task.name());
        }
        let bytes: usize = Task::ALL.iter().map(|task| task.embedded().len()).sum();
        assert!(bytes < 200_000, "{bytes} bytes");
    }
}
