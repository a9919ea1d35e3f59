//! The behaviour of the program, through the binary: what is typed, what comes out, what lies in the workspace afterwards.

mod basics;
mod desk;
mod house;
mod readme;
