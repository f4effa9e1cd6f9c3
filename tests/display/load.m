% SPDX-License-Identifier: GPL-3.0-or-later
% The loading part of display_ptb.m, in the session "night": images, order and faults.
addpath('night');
[images, trials, rects, background] = display_ptb();
mat = load('night/display_ex.mat');
assert(numel(images) == numel(mat.mov));
for code = 1:numel(images)
    assert(isa(images{code}, 'uint8') && isequal(images{code}, mat.mov{code}));
end
f = fopen('night/trials.tsv');
t = textscan(f, '%f %f %f %f %s %f %f %s %s', 'HeaderLines', 1, 'Delimiter', '\t');
fclose(f);
assert(isequal([trials.block trials.trial trials.position trials.stim_code], [t{1:4}]));
assert(max(abs([trials.onset_s trials.duration_s] - [t{6:7}])(:)) < 1e-5);
assert(isequal(trials.is_blank, strcmp(t{8}, 'true')) && isequal(trials.is_catch, strcmp(t{9}, 'true')));
sizes = cellfun(@(x) [size(x, 2) size(x, 1)], images', 'UniformOutput', false);
assert(isequal(rects(:, 3:4) - rects(:, 1:2), vertcat(sizes{:})));
assert(isequal(background, [128 128 128]));
printf('display_ptb.m: %d images and %d presentations loaded in Octave %s\n', ...
    numel(images), numel(trials.block), OCTAVE_VERSION);

% Faults are errors that name the file.
function fails(pattern)
    try
        display_ptb();
    catch e
        assert(~isempty(regexp(e.message, pattern)), e.message);
        return
    end
    error('no error, expected %s', pattern);
end
file = 'night/stimuli/stim-000001_image.png';
copyfile(file, 'kept.png');
f = fopen(file, 'a');
fwrite(f, 0);
fclose(f);
fails('^stimuli/stim-000001_image.png: the file has \d+ bytes, expected \d+$');
delete(file);
fails('^stimuli/stim-000001_image.png: the file is missing$');
copyfile('kept.png', file);
display_ptb();
