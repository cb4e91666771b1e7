//! The files of `image/` are embedded by a macro, which the compiler does not see read them.

fn main() {
    println!("cargo:rerun-if-changed=image");
}
