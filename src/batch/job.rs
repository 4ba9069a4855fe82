//! One run from its beginning, or from where the last one ended, to its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::backend::{Backend, Local, Maker};
use super::checkpoint::{self, Progress, Terms};
use super::chunk::{Done, Recipe};
use super::counts::Counts;
use super::failure::Failure;
use super::fields::FieldNames;
use super::files::{Files, Parts, promote, remove};
use super::format::{Destination, Format};
use super::input::{Input, Kind, is_same};
use super::pipeline::Pipeline;
use super::progress::Display;
use super::reader::{Reader, Shape};
use super::remote::Remote;
use super::summary::Tally;
use super::{plot, table};
use crate::engine::Engine;
use crate::report::View;
use crate::rpc::{Limits, v1};

/// What to score, how, and where to put it.
#[derive(Debug)]
pub struct Job {
    /// Files, folders, or `-` for standard input.
    pub inputs: Vec<OsString>,
    /// What the inputs hold, where their names do not say it.
    pub format: Option<Format>,
    pub names: FieldNames,
    pub limits: Limits,
    /// A request without its article: the view, the offsets, the evidence.
    pub wishes: v1::StreamScoreArticlesRequest,
    pub output: PathBuf,
    /// Beside the output if absent.
    pub rejects: Option<PathBuf>,
    /// Written as `.json` and `.html`, whichever of them is named.
    pub summary: Option<PathBuf>,
    /// Whether reports may come in another order than their articles.
    pub unordered: bool,
    /// Whether to go on where an earlier run ended.
    pub resume: bool,
    /// Whether to replace what is there.
    pub overwrite: bool,
    pub threads: usize,
    /// Between two checkpoints.
    pub checkpoint_every: Duration,
    /// Whether to say nothing on the way.
    pub quiet: bool,
}

/// Where to score.
#[derive(Debug)]
pub enum Scoring<'a> {
    /// In this process.
    Here(&'a Engine),
    /// By services, with the key that they ask for, if any.
    Services { endpoints: &'a [String], key: Option<&'a str> },
}

/// How a run came to its end.
#[derive(Debug)]
pub struct Ended {
    pub counts: Counts,
    pub rejects: PathBuf,
    /// Whether it went on from an earlier run; absent where it was not asked to.
    pub resumed: Option<bool>,
}

impl Job {
    /// Runs the job.
    ///
    /// # Errors
    /// It cannot begin, or cannot go on. What was done stays for a later `resume`.
    pub fn run(&self, scoring: &Scoring<'_>) -> Result<Ended, Failure> {
        let Some(destination) = Destination::of(&self.output) else {
            let sentence = format!(
                "The name of the output says how to write it: {} does not end in .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
                self.output.display()
            );
            return Err(Failure::Usage(sentence));
        };
        let files = Files::new(&self.output, self.rejects.as_deref(), self.summary.as_deref());
        self.check_names(&files)?;
        let shape =
            Shape { names: self.names.clone(), max_text_bytes: self.limits.max_text_bytes(), ours: files.ours() };
        let inputs = self.inputs.iter().map(|name| Input::find(name, self.format, &shape.ours));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        match scoring {
            Scoring::Here(engine) => {
                let backend = Local::new(engine, self.limits);
                let maker = backend.maker()?;
                Run { job: self, files, shape, inputs, destination, maker }.run(&backend)
            }
            Scoring::Services { endpoints, key } => {
                let backend = Remote::connect(endpoints, *key, self.limits)?;
                let maker = backend.maker().clone();
                Run { job: self, files, shape, inputs, destination, maker }.run(&backend)
            }
        }
    }

    /// No file may be two things at once.
    fn check_names(&self, files: &Files) -> Result<(), Failure> {
        let ours = files.ours();
        for (index, path) in ours.iter().enumerate() {
            if let Some(other) = ours.iter().take(index).find(|other| is_same(other, path)) {
                return Err(Failure::Usage(format!("{} would be written twice.", other.display())));
            }
            if self.inputs.iter().any(|input| is_same(Path::new(input), path)) {
                return Err(Failure::Usage(format!("{} is an input and would be written.", path.display())));
            }
        }
        Ok(())
    }
}

struct Run<'a> {
    job: &'a Job,
    files: Files,
    shape: Shape,
    inputs: Vec<Input>,
    destination: Destination,
    maker: Maker,
}

impl Run<'_> {
    fn run(&self, backend: &dyn Backend) -> Result<Ended, Failure> {
        let terms = self.terms();
        let (mut progress, resumed) = self.begin(&terms)?;
        if !progress.finished {
            let mut parts = Parts::open(&self.files)?;
            if !resumed {
                // What an earlier run had done is given up before it is cut off, and from here on there is something
                // to resume.
                remove(&self.files.checkpoint)?;
                parts.cut(&progress)?;
                checkpoint::store(&self.files.checkpoint, &terms, &progress)?;
            }
            parts.cut(&progress)?;
            self.score(backend, &terms, &mut progress, &mut parts)?;
            if !progress.counts.add_up() {
                return Err(Failure::Refused(format!("The counts do not add up: {}.", progress.counts)));
            }
            progress.finished = true;
            parts.sync()?;
            checkpoint::store(&self.files.checkpoint, &terms, &progress)?;
        }
        self.finish(&progress)?;
        Ok(Ended {
            counts: progress.counts,
            rejects: self.files.rejects.clone(),
            resumed: self.job.resume.then_some(resumed),
        })
    }

    /// What decides what is written.
    fn terms(&self) -> Terms {
        let job = self.job;
        let names =
            ["--text-field", "--title-field", "--id-field", "--source-field", "--url-field", "--published-field"];
        let mut options: Vec<(&str, String)> =
            names.into_iter().zip(job.names.all()).map(|(option, name)| (option, name.to_owned())).collect();
        options.extend([
            ("--format", format!("{:?}", self.job.format)),
            ("--view", job.wishes.view().as_str_name().to_owned()),
            ("--offset-encoding", job.wishes.offset_encoding().as_str_name().to_owned()),
            ("--max-evidence", job.wishes.max_evidence_count.to_string()),
            ("--max-text-bytes", job.limits.max_text_bytes().to_string()),
            ("--unordered", job.unordered.to_string()),
            ("--summary", job.summary.is_some().to_string()),
            ("--rejects", self.files.rejects.to_string_lossy().into_owned()),
            ("the form of the output", format!("{:?}", self.destination)),
        ]);
        Terms {
            options: options.into_iter().map(|(option, value)| (option.to_owned(), value)).collect(),
            inputs: self.inputs.iter().map(|input| input.mark.clone()).collect(),
            maker: self.maker.clone(),
        }
    }

    /// Where to begin, and whether that is where an earlier run ended.
    fn begin(&self, terms: &Terms) -> Result<(Progress, bool), Failure> {
        let job = self.job;
        let checkpoint = &self.files.checkpoint;
        if job.resume
            && let Some(progress) = checkpoint::load(checkpoint, terms)?
        {
            return Ok((progress, true));
        }
        if !job.overwrite {
            if checkpoint.exists() {
                let sentence = format!(
                    "{} is the output of a run that has not ended; --resume goes on with it, --overwrite starts anew.",
                    self.files.output.display()
                );
                return Err(Failure::Refused(sentence));
            }
            if let Some(path) = self.files.promised().find(|path| path.exists()) {
                let sentence = format!("{} exists already; --overwrite replaces it.", path.display());
                return Err(Failure::Refused(sentence));
            }
        }
        let tally = job.summary.is_some().then(Tally::default);
        Ok((Progress { tally, ..Progress::default() }, false))
    }

    fn score(
        &self,
        backend: &dyn Backend,
        terms: &Terms,
        progress: &mut Progress,
        parts: &mut Parts,
    ) -> Result<(), Failure> {
        let count = Arc::new(AtomicU64::new(self.bytes_before(progress)));
        let mut reader = Reader::new(&self.inputs, &self.shape, Arc::clone(&count));
        reader.resume(progress.order.end())?;
        let recipe = Recipe {
            names: self.job.names.clone(),
            limits: self.job.limits,
            wishes: self.job.wishes.clone(),
            destination: self.destination,
            with_tally: self.job.summary.is_some(),
        };
        let total = self.inputs.iter().all(|input| input.kind != Kind::Pipe);
        let total = total.then(|| self.inputs.iter().map(|input| input.bytes).sum());
        let mut display = Display::new(self.job.quiet, total, progress.counts);
        let mut stored = Instant::now();
        let begun = progress.order.clone();
        let pipeline = Pipeline { recipe: &recipe, backend, threads: self.job.threads, unordered: self.job.unordered };
        let written = pipeline.run(reader, &begun, &mut |done: Done| {
            parts.write(&done.output, &done.rejects)?;
            progress.output_bytes += done.output.len() as u64;
            progress.reject_bytes += done.rejects.len() as u64;
            progress.counts += done.counts;
            progress.order.add(done.number, done.end);
            if let (Some(tally), Some(more)) = (&mut progress.tally, done.tally) {
                tally.merge(more);
            }
            display.tell(progress.counts, count.load(Ordering::Relaxed));
            if stored.elapsed() >= self.job.checkpoint_every {
                parts.sync()?;
                checkpoint::store(&self.files.checkpoint, terms, progress)?;
                stored = Instant::now();
            }
            Ok(())
        });
        display.end();
        written
    }

    /// Bytes of the inputs that an earlier run has done with.
    fn bytes_before(&self, progress: &Progress) -> u64 {
        self.inputs.iter().take(progress.order.end().inputs_done()).map(|input| input.bytes).sum()
    }

    /// Puts everything into its place, the output last. Each step may have been done already by a run that ended here.
    fn finish(&self, progress: &Progress) -> Result<(), Failure> {
        let files = &self.files;
        let is_put = !files.output_part.exists() && files.output.exists();
        promote(&files.rejects_part, &files.rejects)?;
        if let (Some((document, page)), Some(tally)) = (&files.summary, &progress.tally) {
            let json = format!("{:#}\n", tally.to_json(progress.counts, &self.maker));
            for (path, content) in [(document, json), (page, plot::page(tally, progress.counts, &self.maker))] {
                let written = checkpoint::replace(path, content.as_bytes());
                written.map_err(|error| Failure::file(path, "cannot be written", &error))?;
            }
        }
        match self.destination {
            Destination::Jsonl(_) => promote(&files.output_part, &files.output)?,
            // The messages stay until the table is in its place.
            Destination::Parquet if is_put => {}
            Destination::Parquet => {
                table::convert(&files.output_part, &files.table_part, self.view())?;
                promote(&files.table_part, &files.output)?;
                remove(&files.output_part)?;
            }
        }
        remove(&files.checkpoint)
    }

    fn view(&self) -> View {
        match self.job.wishes.view() {
            v1::ReportView::Full => View::Full,
            v1::ReportView::Basic | v1::ReportView::Unspecified => View::Basic,
        }
    }
}
