//! The program in the stand-in for `hello-world`: a few instructions and a text, with no libraries,
//! so that it needs no compiler where images are built.

/// What it prints.
const TEXT: &str = "
Hello from Docker!
This message shows that your engine can create and run containers.

What happened when you ran this:
 1. The client, the command `docker`, asked the engine to run the image hello-world.
 2. The engine looked for the image here and, had it been missing, would have pulled it.
 3. It created a container from the image and started the one program inside: me.
 4. I wrote this text, the engine passed it to the client, and the client to your terminal.
 5. I have nothing more to do, so the container is about to exit.

Something with more room to look around:
 $ docker run -it --rm debian:trixie-slim bash

";

/// Where the program lies in memory.
const ADDRESS: u64 = 0x40_0000;
/// The headers of the file and of its one segment.
const HEADERS: u64 = 64 + 56;

/// An ELF executable for Linux on `architecture`, as Docker names it. `None` if it is one we do not know.
pub(super) fn program(architecture: &str) -> Option<Vec<u8>> {
    let length = u32::try_from(TEXT.len()).ok()?;
    let (machine, code) = match architecture {
        "amd64" | "x86_64" => (62_u16, amd64(length)),
        "arm64" | "aarch64" => (183, arm64(length)?),
        _ => return None,
    };
    let size = HEADERS + code.len() as u64 + TEXT.len() as u64;
    let mut file = Vec::new();
    // The file: 64 bits, little endian, version 1, any ABI; executable; entry after the headers.
    file.extend(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    file.extend(2_u16.to_le_bytes());
    file.extend(machine.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    file.extend((ADDRESS + HEADERS).to_le_bytes());
    file.extend(64_u64.to_le_bytes());
    file.extend(0_u64.to_le_bytes());
    file.extend(0_u32.to_le_bytes());
    for half in [64_u16, 56, 1, 64, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    // The segment: all of the file, to be loaded, read and executed.
    file.extend(1_u32.to_le_bytes());
    file.extend(5_u32.to_le_bytes());
    for word in [0, ADDRESS, ADDRESS, size, size, 0x1000] {
        file.extend(word.to_le_bytes());
    }
    file.extend(code);
    file.extend(TEXT.as_bytes());
    Some(file)
}

/// write(1, text, length); exit(0).
fn amd64(length: u32) -> Vec<u8> {
    let mut code = vec![0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0];
    // lea rsi, [rip + 16]: the text follows the 16 bytes of code that are left.
    code.extend([0x48, 0x8d, 0x35, 16, 0, 0, 0, 0xba]);
    code.extend(length.to_le_bytes());
    code.extend([0x0f, 0x05, 0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]);
    code
}

/// The same. `None` if the length does not fit into one instruction.
fn arm64(length: u32) -> Option<Vec<u8>> {
    let length = u32::from(u16::try_from(length).ok()?);
    let movz = |register: u32, value: u32| 0xd280_0000 | (value << 5) | register;
    let code = [
        movz(8, 64),
        movz(0, 1),
        // adr x1, .+24: the text follows this instruction and the five after it.
        0x1000_0000 | ((24 / 4) << 5) | 1,
        movz(2, length),
        0xd400_0001,
        movz(8, 93),
        movz(0, 0),
        0xd400_0001,
    ];
    Some(code.iter().flat_map(|word| word.to_le_bytes()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_architecture_has_no_program() {
        assert_eq!(program("riscv64"), None);
    }

    #[test]
    fn the_text_is_the_end_of_the_program() {
        for architecture in ["amd64", "arm64"] {
            let program = program(architecture).unwrap();
            assert!(program.ends_with(TEXT.as_bytes()));
            assert!(program.len() < 2048);
        }
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn the_program_prints_its_text_and_ends_well() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hello");
        std::fs::write(&path, program("amd64").unwrap()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let output = std::process::Command::new(path).output().unwrap();
        assert!(output.status.success());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), TEXT);
    }
}
