//! The steps of a build with their keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use parse_dockerfile::{Flag, Instruction, Source};

use super::Build;
use super::context::{clean, hash, sent, taken};
use super::words::{command, expand, pairs, plain};
use crate::file::{self, Placed};

/// A Dockerfile that the engine would not build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Unreadable {}

/// A step with all that its key is made of.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub stage: String,
    pub text: String,
    pub line: usize,
    pub layer: bool,
    pub key: u64,
    /// Index of the step that it builds on.
    pub after: Option<usize>,
    /// Files of the context that it takes.
    pub files: BTreeMap<String, u64>,
    /// Variables that it can see.
    pub variables: BTreeMap<String, String>,
    /// The base image and which it is, for a `FROM`.
    pub base: Option<String>,
    /// The stage that it copies from.
    pub from: Option<String>,
}

/// Where a stage stands while its steps are planned.
#[derive(Debug, Clone, Default)]
struct State {
    key: u64,
    last: Option<usize>,
    env: BTreeMap<String, String>,
    args: BTreeMap<String, String>,
    workdir: String,
    user: String,
    shell: String,
    /// Files that are known to lie in it, by whole path.
    known: BTreeMap<String, u64>,
}

struct StageOf<'s, 't> {
    name: Option<String>,
    steps: Vec<&'s Placed<'t>>,
}

pub(super) fn plan(build: &Build) -> Result<Vec<Planned>, Unreadable> {
    let text = build.dockerfile.as_str();
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let (_, faults) = file::faults(text);
    if let Some(fault) = faults.into_iter().next() {
        return Err(Unreadable {
            line: line_of(fault.line.start),
            message: fault.message,
        });
    }
    let placed = file::read(text);
    let mut global = BTreeMap::new();
    let mut stages: Vec<StageOf<'_, '_>> = Vec::new();
    for step in &placed {
        match (&step.instruction, stages.last_mut()) {
            (Instruction::From(from), _) => stages.push(StageOf {
                name: from.as_.as_ref().map(|(_, name)| name.value.to_lowercase()),
                steps: vec![step],
            }),
            (Instruction::Arg(arg), None) => {
                set_args(&arg.arguments.value, build, &BTreeMap::new(), &mut global);
            }
            (_, Some(stage)) => stage.steps.push(step),
            (_, None) => {}
        }
    }
    let Some(target) = stages.len().checked_sub(1) else {
        return Err(Unreadable {
            line: 1,
            message: "There is no `FROM`.".to_owned(),
        });
    };
    let mut planner = Planner {
        build,
        sent: sent(&build.files),
        global: &global,
        stages: &stages,
        text,
        done: BTreeMap::new(),
        steps: Vec::new(),
    };
    let needed = planner.needed(target);
    for stage in 0..stages.len() {
        if needed.contains(&stage) {
            planner.stage(stage);
        }
    }
    Ok(planner.steps)
}

struct Planner<'s, 't> {
    build: &'s Build,
    sent: BTreeMap<String, u64>,
    global: &'s BTreeMap<String, String>,
    stages: &'s [StageOf<'s, 't>],
    text: &'t str,
    done: BTreeMap<usize, State>,
    steps: Vec<Planned>,
}

impl Planner<'_, '_> {
    /// A stage by name or number, among those before `before`.
    fn find(&self, name: &str, before: usize) -> Option<usize> {
        let named = self.stages[..before]
            .iter()
            .rposition(|stage| stage.name.as_deref() == Some(&name.to_lowercase()));
        named.or_else(|| name.parse().ok().filter(|number| *number < before))
    }

    /// The stage and all that it is made from.
    fn needed(&self, target: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![target];
        while let Some(stage) = open.pop() {
            if !found.insert(stage) {
                continue;
            }
            for step in &self.stages[stage].steps {
                let name = match &step.instruction {
                    Instruction::From(from) => Some(expand(&from.image.value, self.global)),
                    Instruction::Copy(copy) => flag(&copy.options, "from"),
                    _ => None,
                };
                open.extend(name.and_then(|name| self.find(&name, stage)));
            }
        }
        found
    }

    fn stage(&mut self, index: usize) {
        let mut state = State::default();
        let name = self.stages[index]
            .name
            .clone()
            .unwrap_or_else(|| index.to_string());
        for step in &self.stages[index].steps {
            let before = (state.key, state.last);
            let mut planned = Planned {
                stage: name.clone(),
                text: plain(&self.text[step.span.clone()]),
                line: self.text[..step.span.start].matches('\n').count() + 1,
                layer: true,
                key: 0,
                after: before.1,
                files: BTreeMap::new(),
                variables: BTreeMap::new(),
                base: None,
                from: None,
            };
            self.step(step, index, &mut state, &mut planned);
            if planned.layer {
                planned.key = state.key;
                state.last = Some(self.steps.len());
            } else {
                planned.key = hash(("configuration", state.key, &planned.text));
            }
            self.steps.push(planned);
        }
        self.done.insert(index, state);
    }

    /// Lets a step work on the state of its stage.
    fn step(&self, step: &Placed<'_>, index: usize, state: &mut State, planned: &mut Planned) {
        match &step.instruction {
            Instruction::From(from) => {
                let image = expand(&from.image.value, self.global);
                if let Some(other) = self
                    .find(&image, index)
                    .and_then(|stage| self.done.get(&stage))
                {
                    *state = State {
                        args: BTreeMap::new(),
                        ..other.clone()
                    };
                    planned.after = other.last;
                    // Nothing is made: it goes on where the other stage ended.
                    planned.layer = false;
                    return;
                }
                let known = self.build.bases.get(&image).cloned().unwrap_or_default();
                state.workdir = "/".to_owned();
                state.key = hash(("from", &image, &known, flag(&from.options, "platform")));
                planned.base = Some(format!("{image} {known}").trim_end().to_owned());
            }
            Instruction::Run(run) => {
                planned.variables = state.args.clone();
                planned.variables.extend(state.env.clone());
                for mount in run.options.iter().filter(|flag| flag.name.value == "mount") {
                    let options = mount
                        .value
                        .as_ref()
                        .map(|value| value.value.as_ref())
                        .unwrap_or_default();
                    if options.contains("type=bind") && !options.contains("from=") {
                        let source = options
                            .split(',')
                            .find_map(|part| {
                                part.strip_prefix("source=").or(part.strip_prefix("src="))
                            })
                            .unwrap_or(".");
                        planned.files.extend(taken(&self.sent, source));
                    }
                }
                state.key = hash((
                    "run",
                    state.key,
                    command(&self.text[step.span.clone()]),
                    &planned.variables,
                    &planned.files,
                    &state.workdir,
                    &state.user,
                    &state.shell,
                ));
                // What it made is not known.
                state.known.clear();
            }
            Instruction::Copy(copy) => {
                let from = flag(&copy.options, "from");
                let sources: Vec<_> = copy.src.iter().collect();
                let dest = expand(&copy.dest.value, &state.visible());
                self.copy(
                    index,
                    &sources,
                    &dest,
                    from,
                    &options(&copy.options),
                    state,
                    planned,
                );
            }
            Instruction::Add(add) => {
                let sources: Vec<_> = add.src.iter().collect();
                let dest = expand(&add.dest.value, &state.visible());
                self.copy(
                    index,
                    &sources,
                    &dest,
                    None,
                    &format!("add {}", options(&add.options)),
                    state,
                    planned,
                );
            }
            Instruction::Workdir(workdir) => {
                state.workdir = absolute(
                    &expand(&workdir.arguments.value, &state.visible()),
                    &state.workdir,
                );
                state.key = hash(("workdir", state.key, &state.workdir, &state.user));
            }
            other => {
                planned.layer = false;
                match other {
                    Instruction::Env(env) => {
                        let visible = state.visible();
                        for (name, value) in pairs(&env.arguments.value) {
                            state.env.insert(name, expand(&value, &visible));
                        }
                    }
                    Instruction::Arg(arg) => {
                        let visible = state.visible();
                        let mut args = std::mem::take(&mut state.args);
                        set_args_in_stage(
                            &arg.arguments.value,
                            self.build,
                            self.global,
                            &visible,
                            &mut args,
                        );
                        state.args = args;
                    }
                    Instruction::User(user) => {
                        state.user = expand(&user.arguments.value, &state.visible());
                    }
                    Instruction::Shell(_) => state.shell.clone_from(&planned.text),
                    _ => {}
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "COPY and ADD differ in where these come from"
    )]
    fn copy(
        &self,
        index: usize,
        sources: &[&Source<'_>],
        dest: &str,
        from: Option<String>,
        options: &str,
        state: &mut State,
        planned: &mut Planned,
    ) {
        let folder = dest.ends_with('/') || dest == "." || sources.len() > 1;
        let dest = absolute(dest, &state.workdir);
        let visible = state.visible();
        let paths: Vec<String> = sources
            .iter()
            .map(|source| match source {
                Source::Path(path) => expand(&path.value, &visible),
                Source::HereDoc(text) => format!("<<{}", text.value),
                _ => String::new(),
            })
            .collect();
        let content = match &from {
            None => {
                let mut contents = Vec::new();
                for path in paths.iter().filter(|path| !path.starts_with("<<")) {
                    for (file, content) in taken(&self.sent, path) {
                        contents.push((within(&clean(path), &file).to_owned(), content));
                        planned.files.insert(file, content);
                    }
                }
                hash(contents)
            }
            Some(name) => match self
                .find(name, index)
                .and_then(|stage| self.done.get(&stage))
            {
                // An image of that name: as fixed as a base image is.
                None => hash(("image", name, self.build.bases.get(name))),
                Some(other) => {
                    planned.from = Some(name.clone());
                    // Files that came by COPY are known by their contents, also if the stage was made anew.
                    let known: Option<Vec<_>> = paths
                        .iter()
                        .map(|path| other.known.get(&absolute(path, "/")))
                        .collect();
                    known.map_or_else(
                        || hash(("stage", other.key)),
                        |known| hash(("files", known)),
                    )
                }
            },
        };
        // Of a source, its last part counts: the same content from another folder is the same step.
        let names: Vec<&str> = paths
            .iter()
            .map(|path| match path.starts_with("<<") {
                true => path,
                false => path
                    .trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or(path),
            })
            .collect();
        state.key = hash(("copy", state.key, names, &dest, folder, options, content));
        for (path, content) in &planned.files {
            if let [only] = paths.as_slice()
                && clean(only) == *path
            {
                let name = path.rsplit('/').next().unwrap_or(path);
                let target = if folder {
                    format!("{}/{name}", dest.trim_end_matches('/'))
                } else {
                    dest.clone()
                };
                state.known.insert(target, *content);
            }
        }
    }
}

impl State {
    /// Variables that instructions are expanded with; `ENV` wins over `ARG`.
    fn visible(&self) -> BTreeMap<String, String> {
        let mut all = self.args.clone();
        all.extend(self.env.clone());
        all
    }
}

/// `ARG`s before the first `FROM`.
fn set_args(
    text: &str,
    build: &Build,
    visible: &BTreeMap<String, String>,
    args: &mut BTreeMap<String, String>,
) {
    for word in text.split_whitespace() {
        let (name, default) = word
            .split_once('=')
            .map_or((word, None), |(name, value)| (name, Some(value)));
        let value = build
            .args
            .get(name)
            .cloned()
            .or_else(|| default.map(|value| expand(value, visible)));
        if let Some(value) = value {
            args.insert(name.to_owned(), value);
        }
    }
}

/// `ARG`s in a stage: one that stands before the first `FROM` gives its value to one without its own.
fn set_args_in_stage(
    text: &str,
    build: &Build,
    global: &BTreeMap<String, String>,
    visible: &BTreeMap<String, String>,
    args: &mut BTreeMap<String, String>,
) {
    for word in text.split_whitespace() {
        if !word.contains('=')
            && !build.args.contains_key(word)
            && let Some(value) = global.get(word)
        {
            args.insert(word.to_owned(), value.clone());
            continue;
        }
        set_args(word, build, visible, args);
    }
}

/// A file's path as seen from the source that names it or a folder above it.
fn within<'a>(source: &str, file: &'a str) -> &'a str {
    let rest = file.strip_prefix(source).unwrap_or(file);
    rest.trim_start_matches('/')
}

fn absolute(path: &str, workdir: &str) -> String {
    let path = path.trim_matches(['"', '\'']);
    let whole = if path.starts_with('/') {
        clean(path)
    } else {
        clean(&format!("{workdir}/{path}"))
    };
    format!("/{whole}")
}

fn flag(flags: &[Flag<'_>], name: &str) -> Option<String> {
    let found = flags.iter().find(|flag| flag.name.value == name)?;
    found
        .value
        .as_ref()
        .map(|value| value.value.clone().into_owned())
}

/// Options that change what is copied. `--link` and `--from` are not among them: they are looked at elsewhere.
fn options(flags: &[Flag<'_>]) -> String {
    let mut all: Vec<String> = flags
        .iter()
        .filter(|flag| flag.name.value != "from")
        .map(|flag| {
            format!(
                "{}={}",
                flag.name.value,
                flag.value
                    .as_ref()
                    .map(|value| value.value.as_ref())
                    .unwrap_or_default()
            )
        })
        .collect();
    all.sort();
    all.join(" ")
}
