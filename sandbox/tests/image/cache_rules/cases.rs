//! Dockerfiles and what is changed between their builds. All share one cache, as on a learner's machine: what two of
//! them have in common is a hit in the second.

use super::Case;

pub(super) fn files() -> Vec<Case> {
    vec![
        Case::new("a changed file", "FROM busybox\nCOPY a.txt /\nRUN echo after\n", &["a.txt 1"])
            .again()
            .file("a.txt 2")
            .file("a.txt 1"),
        Case::new("a run before the copy", "FROM busybox\nRUN echo first\nCOPY a.txt /first/\n", &["a.txt 1"])
            .file("a.txt 2"),
        Case::new(
            "rare changes first",
            "FROM busybox\nWORKDIR /app\nCOPY requirements.txt .\nRUN cat requirements.txt\nCOPY . .\nRUN ls\n",
            &["requirements.txt flask", "app.py 1"],
        )
        .file("app.py 2")
        .file("requirements.txt flask==3")
        .file("requirements.txt flask"),
        Case::new("a file that nothing copies", "FROM busybox\nCOPY a.txt /other/\nRUN ls /other\n", &["a.txt 1", "b.txt 1"])
            .file("b.txt 2"),
        Case::new("all files", "FROM busybox\nCOPY . /all/\nRUN ls /all\n", &["a.txt 1", "b.txt 1"])
            .file("b.txt 2")
            .file("c.txt 1")
            .without("c.txt"),
        Case::new(
            "a file that is not sent",
            "FROM busybox\nCOPY . /sent/\nRUN ls /sent\n",
            &[".dockerignore *.log\nDockerfile\n", "a.txt 1", "b.log 1"],
        )
        .file("b.log 2")
        .file("deep/c.log 1")
        .file(".dockerignore *.log\nDockerfile\n# changed\n"),
        Case::new(
            "a folder that is not sent but for one file",
            "FROM busybox\nCOPY . /part/\nRUN ls /part\n",
            &[".dockerignore data\n!data/keep.csv\nDockerfile\n", "a.txt 1", "data/keep.csv 1", "data/big.csv 1"],
        )
        .file("data/big.csv 2")
        .file("data/keep.csv 2"),
        Case::new("a comment in a Dockerfile that is copied", "FROM busybox\nCOPY . /self/\n", &["a.txt 1"])
            .edit("COPY", "# why\nCOPY"),
        Case::new("a folder", "FROM busybox\nCOPY src /src/\nRUN ls /src\n", &["src/a.txt 1", "src/deep/b.txt 1", "c.txt 1"])
            .file("c.txt 2")
            .file("src/deep/b.txt 2")
            .file("src/new.txt 1"),
        Case::new("a pattern", "FROM busybox\nCOPY *.txt /texts/\n", &["a.txt 1", "b.md 1"])
            .file("b.md 2")
            .file("c.txt 1"),
        Case::new("two files into one folder", "FROM busybox\nCOPY a.txt b.txt /two/\nRUN ls /two\n", &["a.txt 1", "b.txt 1"])
            .file("b.txt 2")
            .edit("a.txt b.txt", "b.txt a.txt"),
        Case::new("another file with the same content", "FROM busybox\nCOPY a.txt /x.txt\n", &["a.txt same", "b.txt same"])
            .edit("a.txt", "b.txt"),
        Case::new("a file moved to another folder", "FROM busybox\nCOPY one/a.txt /y/\n", &["one/a.txt same", "two/a.txt same"])
            .edit("one/", "two/"),
        Case::new("another destination", "FROM busybox\nCOPY a.txt /d/\nRUN ls /\n", &["a.txt 1"])
            .edit("/d/\n", "/e/\n"),
        Case::new("ADD of a file", "FROM busybox\nADD a.txt /added/\nRUN ls /added\n", &["a.txt 1"])
            .file("a.txt 2"),
        Case::new("COPY in place of ADD", "FROM busybox\nADD a.txt /either/\n", &["a.txt 1"])
            .edit("ADD", "COPY"),
        Case::new("another owner", "FROM busybox\nCOPY --chown=1:1 a.txt /owned/\n", &["a.txt 1"])
            .edit("1:1", "2:2")
            .edit("2:2", "1:1"),
        Case::new("other permissions", "FROM busybox\nCOPY --chmod=600 a.txt /modes/\n", &["a.txt 1"])
            .edit("600", "644"),
    ]
}

pub(super) fn instructions() -> Vec<Case> {
    vec![
        Case::new(
            "configuration",
            "FROM busybox\nLABEL a=1\nRUN echo configured\nEXPOSE 80\nSTOPSIGNAL SIGINT\nVOLUME /data\nHEALTHCHECK NONE\nENTRYPOINT [\"sh\"]\nCMD [\"-c\", \"true\"]\n",
            &[],
        )
        .edit("a=1", "a=2")
        .edit("EXPOSE 80", "EXPOSE 81")
        .edit("SIGINT", "SIGTERM")
        .edit("[\"sh\"]", "[\"ash\"]")
        .edit("CMD [\"-c\", \"true\"]", "CMD true"),
        Case::new("a command", "FROM busybox\nRUN echo one\nRUN echo two\nRUN echo three\n", &[])
            .edit("two", "2")
            .edit("2", "two"),
        Case::new("two commands in another order", "FROM busybox\nRUN echo left\nRUN echo right\n", &[])
            .edit("RUN echo left\nRUN echo right", "RUN echo right\nRUN echo left"),
        Case::new("a command between", "FROM busybox\nRUN echo begin\nRUN echo end\n", &[])
            .edit("RUN echo end", "RUN echo middle\nRUN echo end")
            .edit("RUN echo middle\n", ""),
        Case::new("a command that is left out at the end", "FROM busybox\nRUN echo stays\nRUN echo goes\n", &[])
            .edit("RUN echo goes\n", ""),
        Case::new("the working directory", "FROM busybox\nWORKDIR /one\nRUN pwd\n", &[])
            .edit("/one", "/two")
            .edit("/two", "/one"),
        Case::new("the same working directory, said otherwise", "FROM busybox\nWORKDIR /base\nWORKDIR deep\nRUN pwd\n", &[])
            .edit("WORKDIR deep", "WORKDIR /base/deep"),
        Case::new("the user", "FROM busybox\nUSER 1000\nRUN id\nCOPY a.txt /user/\n", &["a.txt 1"])
            .edit("1000", "1001"),
        Case::new("the user before a copy only", "FROM busybox\nUSER 1000\nCOPY a.txt /nobody/\n", &["a.txt 1"])
            .edit("1000", "1001"),
        Case::new("the user before a working directory", "FROM busybox\nUSER 1000\nWORKDIR /home/own\n", &[])
            .edit("1000", "1001"),
        Case::new("the shell", "FROM busybox\nSHELL [\"/bin/sh\", \"-c\"]\nRUN echo shell\n", &[])
            .edit("\"-c\"", "\"-ec\""),
        Case::new("exec form in place of shell form", "FROM busybox\nRUN echo form\n", &[])
            .edit("RUN echo form", "RUN [\"echo\", \"form\"]"),
        Case::new("without the cache", "FROM busybox\nRUN echo fresh\nCOPY a.txt /fresh/\n", &["a.txt 1"])
            .no_cache()
            .again()
            .file("a.txt 2"),
    ]
}

pub(super) fn variables() -> Vec<Case> {
    vec![
        Case::new("a variable of the image", "FROM busybox\nENV COLOUR=red\nCOPY a.txt /coloured/\nRUN env\n", &["a.txt 1"])
            .edit("red", "blue")
            .edit("blue", "red"),
        Case::new("a variable after the command", "FROM busybox\nRUN echo early\nENV LATE=1\n", &[])
            .edit("LATE=1", "LATE=2"),
        Case::new("a variable in a path", "FROM busybox\nENV NAME=a\nCOPY $NAME.txt /named/\n", &["a.txt 1", "b.txt 2"])
            .edit("NAME=a", "NAME=b"),
        Case::new("a build argument", "FROM busybox\nRUN echo before\nARG VERSION=1\nCOPY a.txt /versioned/\nRUN echo built\n", &["a.txt 1"])
            .arg("VERSION", "2")
            .arg("VERSION", "1"),
        Case::new("a build argument after the command", "FROM busybox\nRUN echo soon\nARG LATE=1\n", &[])
            .arg("LATE", "2"),
        Case::new("a build argument without a value", "FROM busybox\nARG MAYBE\nRUN echo maybe\n", &[])
            .arg("MAYBE", "yes"),
        Case::new("the base by argument", "ARG TAG=latest\nFROM busybox:${TAG}\nARG TAG\nRUN echo \"tag $TAG\"\n", &[])
            .arg("TAG", "latest"),
    ]
}

pub(super) fn texts() -> Vec<Case> {
    vec![
        Case::new("a comment", "FROM busybox\nRUN echo commented\n", &[]).edit("RUN", "# why\nRUN"),
        Case::new(
            "white space inside a command",
            "FROM busybox\nRUN echo  wide\n",
            &[],
        )
        .edit("  wide", " wide"),
        Case::new(
            "white space before a command",
            "FROM busybox\nRUN echo narrow\n",
            &[],
        )
        .edit("RUN echo narrow", "RUN    echo narrow"),
        Case::new("a small instruction", "FROM busybox\nRUN echo small\n", &[]).edit("RUN", "run"),
        Case::new(
            "a continued line",
            "FROM busybox\nRUN echo a && \\\n    echo b\n",
            &[],
        )
        .edit("\\\n    echo b", "\\\n    # why\n    echo b")
        .edit("\\\n    # why\n    echo b", "\\\n  echo b"),
        Case::new(
            "a here-document that runs",
            "FROM busybox\nRUN <<EOF\necho here\nEOF\n",
            &[],
        )
        .again()
        .edit("echo here", "echo there"),
        Case::new(
            "a here-document that is copied",
            "FROM busybox\nCOPY <<EOF /note.txt\nhello\nEOF\nRUN cat /note.txt\n",
            &[],
        )
        .again()
        .edit("hello", "hallo"),
        Case::new(
            "a mount of the context",
            "FROM busybox\nRUN --mount=type=bind,source=a.txt,target=/a.txt cat /a.txt\n",
            &["a.txt 1", "b.txt 1"],
        )
        .file("b.txt 2")
        .file("a.txt 2"),
        Case::new(
            "a mount for a cache",
            "FROM busybox\nRUN --mount=type=cache,target=/c date >> /c/dates\n",
            &["a.txt 1"],
        )
        .again()
        .file("a.txt 2"),
    ]
}

pub(super) fn stages() -> Vec<Case> {
    const TWO: &str = "FROM busybox AS build\nCOPY a.txt /src/\nRUN cp /src/a.txt /out\nFROM busybox\nRUN echo final\nCOPY --from=build /out /out\nRUN cat /out\n";
    vec![
        Case::new("two stages", TWO, &["a.txt 1", "b.txt 1"]).again().file("a.txt 2").file("b.txt 2"),
        Case::new("a stage by number", "FROM busybox\nCOPY a.txt /n/\nFROM busybox\nCOPY --from=0 /n/a.txt /n.txt\nRUN cat /n.txt\n", &["a.txt 1"])
            .file("a.txt 2"),
        Case::new(
            "a stage that nothing needs",
            "FROM busybox AS tests\nRUN echo tests\nFROM busybox\nRUN echo without tests\n",
            &[],
        )
        .edit("RUN echo tests", "RUN echo other tests"),
        Case::new(
            "a stage on top of another",
            "FROM busybox AS base\nRUN echo base\nFROM base AS top\nRUN echo top\n",
            &[],
        )
        .edit("echo top", "echo higher")
        .edit("echo base", "echo lower"),
        Case::new("the same output from another command", "FROM busybox AS make\nRUN echo same > /out\nFROM busybox\nCOPY --from=make /out /made\nRUN cat /made\n", &[])
            .edit("echo same", "printf \"same\\n\""),
        Case::new("a file from an image", "FROM busybox\nCOPY --from=busybox:latest /bin/busybox /tool\nRUN ls /tool\n", &[]).again(),
        Case::new(
            "two stages beside each other",
            "FROM busybox AS one\nCOPY a.txt /one\nFROM busybox AS two\nCOPY b.txt /two\nFROM busybox\nCOPY --from=one /one /one\nCOPY --from=two /two /two\n",
            &["a.txt 1", "b.txt 1"],
        )
        .file("b.txt 2"),
        Case::new("another name for a stage", "FROM busybox AS maker\nRUN echo x > /x\nFROM busybox\nCOPY --from=maker /x /x\n", &[])
            .edit("maker", "builder"),
    ]
}
