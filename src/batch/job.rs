//! One run from its beginning, or from where the last one ended, to its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::backend::{Backend, Local, Maker};
use super::checkpoint::{self, Progress, Terms};
use super::chunk::{Done, Recipe};
use super::counts::Counts;
use super::failure::Failure;
use super::fields::FieldNames;
use super::files::{Files, Parts, promote, remove};
use super::format::{Destination, Format};
use super::input::{self, Input, Kind, Mark, is_same};
use super::pipeline::Pipeline;
use super::progress::Display;
use super::reader::{Reader, Seen, Shape};
use super::remote::{Remote, Services};
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
    /// By services.
    Services(&'a Services),
}

/// How a run came to its end.
#[derive(Debug)]
pub struct Ended {
    pub counts: Counts,
    pub rejects: PathBuf,
    pub beginning: Beginning,
}

/// From where a run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// From the first record, as it was told.
    Anew,
    /// From there, because there was nothing to resume.
    Afresh,
    /// From where an earlier run was ended.
    Resumed,
    /// An earlier run had done everything; nothing was written.
    Done,
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
            Scoring::Services(services) => {
                let backend = Remote::connect(services, self.limits)?;
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
        let (mut progress, beginning) = self.begin(&terms)?;
        let ended = |counts| Ended { counts, rejects: self.files.rejects.clone(), beginning };
        if beginning == Beginning::Done {
            return Ok(ended(progress.counts));
        }
        if !progress.finished {
            let mut parts = Parts::open(&self.files)?;
            if beginning != Beginning::Resumed {
                // What an earlier run had done is given up before it is cut off, and from here on there is something
                // to resume. Until then what an earlier run has finished is still there, and is said to be.
                remove(&self.files.checkpoint)?;
                parts.cut(&progress)?;
                checkpoint::store(&self.files.checkpoint, &terms, &progress)?;
                remove(&self.files.done)?;
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
        self.leave_word(&terms, &progress)?;
        Ok(ended(progress.counts))
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

    /// Where to begin.
    fn begin(&self, terms: &Terms) -> Result<(Progress, Beginning), Failure> {
        let job = self.job;
        let checkpoint = &self.files.checkpoint;
        if job.resume {
            // Where both are there, the run was ended before it took the checkpoint away, or is to replace what is done.
            if let Some((progress, before)) = checkpoint::load(checkpoint, terms)? {
                self.check_inputs(&progress, &before)?;
                return Ok((progress, Beginning::Resumed));
            }
            if self.files.output.exists()
                && let Some((progress, before)) = checkpoint::load(&self.files.done, terms)?
            {
                self.check_outputs(&progress)?;
                self.check_inputs(&progress, &before)?;
                return Ok((progress, Beginning::Done));
            }
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
        let beginning = if job.resume { Beginning::Afresh } else { Beginning::Anew };
        Ok((Progress { tally, ..Progress::default() }, beginning))
    }

    /// Whether the inputs that are done hold what was read of them, where nothing else tells. How far the next one was
    /// read, its reader compares.
    fn check_inputs(&self, progress: &Progress, before: &[Mark]) -> Result<(), Failure> {
        let done = if progress.finished { self.inputs.len() } else { progress.order.end().inputs_done() };
        for (index, (input, before)) in self.inputs.iter().zip(before).enumerate() {
            let changed = |how| Err(input::changed(&input.path.to_string_lossy(), how));
            let is_table = input.format == Some(Format::Parquet);
            let is_known = input.kind != Kind::Pipe && input.mark.is_dated_as(before);
            if is_known || (index >= done && !is_table) {
                continue;
            }
            if is_table {
                return changed("its date is not what it was, and of Parquet nothing else tells");
            }
            let hash = Reader::hash(input, &self.shape);
            if hash.is_none() || hash.as_ref() != progress.hashes.get(&index) {
                return changed("what was read of it is not what it holds");
            }
        }
        Ok(())
    }

    /// Whether what was put into its place is still there.
    fn check_outputs(&self, progress: &Progress) -> Result<(), Failure> {
        let files = &self.files;
        for (path, had) in [(&files.output, progress.output_bytes), (&files.rejects, progress.reject_bytes)] {
            let has = length(path);
            if has != had {
                let sentence = format!(
                    "The run had ended, but {} has {has} bytes and had {had}. --overwrite starts anew.",
                    path.display()
                );
                return Err(Failure::Refused(sentence));
            }
        }
        if let Some(path) = files.summary.iter().flat_map(|(json, page)| [json, page]).find(|path| !path.exists()) {
            let sentence = format!("The run had ended, but {} is not there. --overwrite starts anew.", path.display());
            return Err(Failure::Refused(sentence));
        }
        Ok(())
    }

    /// Says beside the output that the job is done. The checkpoint says so until then.
    fn leave_word(&self, terms: &Terms, progress: &Progress) -> Result<(), Failure> {
        let done = Progress {
            output_bytes: length(&self.files.output),
            reject_bytes: length(&self.files.rejects),
            counts: progress.counts,
            hashes: progress.hashes.clone(),
            finished: true,
            ..Progress::default()
        };
        checkpoint::store(&self.files.done, terms, &done)?;
        remove(&self.files.checkpoint)
    }

    fn score(
        &self,
        backend: &dyn Backend,
        terms: &Terms,
        progress: &mut Progress,
        parts: &mut Parts,
    ) -> Result<(), Failure> {
        let seen = Seen::default();
        seen.count.store(self.bytes_before(progress), Ordering::Relaxed);
        seen.add_hashes(progress.hashes.clone());
        let mut reader = Reader::new(&self.inputs, &self.shape, seen.clone());
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
            display.tell(progress.counts, seen.count.load(Ordering::Relaxed));
            if stored.elapsed() >= self.job.checkpoint_every {
                parts.sync()?;
                // The reader is ahead. What it has read to the end and is read again has the same hash again.
                progress.hashes = seen.hashes();
                checkpoint::store(&self.files.checkpoint, terms, progress)?;
                stored = Instant::now();
            }
            Ok(())
        });
        display.end();
        progress.hashes = seen.hashes();
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
        Ok(())
    }

    fn view(&self) -> View {
        match self.job.wishes.view() {
            v1::ReportView::Full => View::Full,
            v1::ReportView::Basic | v1::ReportView::Unspecified => View::Basic,
        }
    }
}

/// How many bytes a file has; none if it is not there.
fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}
