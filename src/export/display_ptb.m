function x
