//! On a floor, and declared by nobody: no compiler reads it. //~ unnamed
