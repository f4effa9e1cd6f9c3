function [textures, trials, rects, background] = display_ptb(window)
% SPDX-License-Identifier: GPL-3.0-or-later
% DISPLAY_PTB  Load the images of a session that evoke made, for the Psychtoolbox.
%
%   [textures, trials, rects, background] = display_ptb(window)
%
%   window      a window of Screen('OpenWindow').  Without it, or with [], nothing is drawn on, and
%               textures is a cell with the images themselves, height x width x 3 uint8.
%   textures    textures(code) is the texture of the image with this stim_code
%   trials      a struct of columns, an element for each presentation in order: block, trial,
%               position, stim_code, onset_s, duration_s, is_blank, is_catch.  Where units left the
%               session or sets were added, it begins with the first trial after that.
%   rects       rects(code, :) is [left top right bottom], where the image is on the screen, in
%               pixels; in the middle of the window where the session says nothing of a screen
%   background  the display value (red, green, blue) with which the screen is to be filled
%
% The images are in the folder stimuli beside this file.  One that is missing, or has other bytes
% or pixels than the session lists, is an error.  A presentation k is then shown by
%
%   code = trials.stim_code(k);
%   Screen('DrawTexture', window, textures(code), [], rects(code, :), 0, 0);  % 0: not smoothed
%   Screen('Flip', window);
    if nargin < 1
        window = [];
    end
    list = listed();
    names = {'block', 'trial', 'position', 'stim_code', 'onset_s', 'duration_s', 'is_blank', 'is_catch'};
    for k = 1:numel(names)
        trials.(names{k}) = list.trials(:, k);
    end
    trials.is_blank = logical(trials.is_blank);
    trials.is_catch = logical(trials.is_catch);
    background = list.background;
    rects = list.images(:, 4:7);
    if ~isempty(window)
        rects = on_window(rects, list.screen, window);
    end
    count = numel(list.files);
    images = cell(1, count);
    textures = zeros(1, count);
    for code = 1:count
        image = load_image(list.files{code}, list.images(code, 1:3));
        if isempty(window)
            images{code} = image;
        else
            textures(code) = Screen('MakeTexture', window, image);
        end
    end
    if isempty(window)
        textures = images;
    end
end

function rects = on_window(rects, screen, window)
% Rectangles on this window: as they are, or in its middle where there was no screen.
    whole = Screen('Rect', window);
    size_px = [whole(3) - whole(1), whole(4) - whole(2)];
    if screen(1) == 0
        left = floor((size_px(1) - rects(:, 3)) / 2);
        top = floor((size_px(2) - rects(:, 4)) / 2);
        rects = rects + [left, top, left, top];
    elseif any(size_px ~= screen)
        warning('display_ptb:window', 'The window has %d x %d pixels, and the session is for %d x %d.', ...
            size_px(1), size_px(2), screen(1), screen(2));
    end
end

function image = load_image(name, expected)
% An image as uint8, height x width x 3; expected: bytes of the file, width, height.
    file = fullfile(fileparts(mfilename('fullpath')), 'stimuli', name);
    found = dir(file);
    if numel(found) ~= 1
        error('display_ptb:missing', 'stimuli/%s: the file is missing', name);
    elseif found.bytes ~= expected(1)
        error('display_ptb:changed', 'stimuli/%s: the file has %d bytes, expected %d', ...
            name, found.bytes, expected(1));
    end
    [image, map] = imread(file);
    if ~isempty(map) % Octave may give an image with few colours as numbers of a map
        image = uint8(round(255 * ind2rgb(image, map)));
    elseif islogical(image)
        image = uint8(image) * 255;
    end
    if size(image, 3) == 1
        image = repmat(image, [1, 1, 3]);
    end
    if ~isa(image, 'uint8') || ~isequal(size(image), [expected(3), expected(2), 3])
        error('display_ptb:changed', 'stimuli/%s: the image is not %d x %d pixels of 8 bits', ...
            name, expected(2), expected(3));
    end
end

