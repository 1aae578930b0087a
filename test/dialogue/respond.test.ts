import { describe, expect, it } from 'vitest';
import { MAX_UNDO } from '../../src/dialogue/state.ts';
import type { Block, Reply } from '../../src/domain/message.ts';
import { Conversation, textOf } from './conversation.ts';

const voicesOf = (reply: Reply) => reply.blocks.flatMap((b) => (b.kind === 'text' ? [b.voice] : []));
const labelsOf = (reply: Reply) =>
  reply.blocks.flatMap((b) => (b.kind === 'actions' ? b.actions.map((a) => a.label) : []));
const kindsOf = (reply: Reply) => reply.blocks.map((b: Block) => b.kind);

async function withScene(...names: string[]): Promise<Conversation> {
  const chat = new Conversation();
  for (const name of names.length > 0 ? names : ['field.tif']) await chat.say('', [name]);
  return chat;
}

describe('a scene that is dropped', () => {
  it('without words is described, with buttons, and no model runs', async () => {
    const chat = new Conversation();
    const reply = await chat.say('', ['field_2020-06-01.tif']);
    expect(chat.analyst.calls).toEqual(['open', 'draw scene']);
    expect(kindsOf(reply)).toEqual(['headline', 'picture', 'details', 'text', 'actions']);
    expect(textOf(reply)).toContain(
      'field_2020-06-01.tif | Date: 1 June 2020 | Pixel size: 10 m | Extent: 1 × 1 km | Cloud: ≈ 1% | Centre: 52.05° N, 13.05° E',
    );
    expect(textOf(reply)).toContain('I read this as blue, green, red, nir.');
    expect(labelsOf(reply)).toEqual([
      'Show vegetation',
      'Show water',
      'Show built-up land',
      'What is in it?',
      'False colour',
      'Help',
    ]);
    expect(chat.progress.map((p) => p.stage)).toEqual(['reading']);
    const place = reply.blocks.flatMap((b) => (b.kind === 'headline' ? b.numbers : [])).at(-1);
    // 0.1 degrees over 600 of the 256 · 2^z pixels of 360 degrees: z = log2(600 · 360 / (256 · 0.1)) = 13.04.
    expect(place!.link).toBe('https://www.openstreetmap.org/?mlat=52.0500&mlon=13.0500#map=13/52.0500/13.0500');
  });

  it('shows its near infrared at a press, where it has it', async () => {
    const chat = new Conversation();
    const plan = { operation: 'describe', targets: [], about: 'false-colour' } as const;
    await chat.say('', ['field.tif']);
    const reply = await chat.say('False colour', [], [plan]);
    expect(chat.analyst.drawn.at(-1)).toMatchObject({ kind: 'scene', composite: 'colour infrared' });
    expect(textOf(reply)).toContain('Near infrared is shown as red');
    chat.analyst.bands = ['red', 'green', 'blue'];
    expect(labelsOf(await chat.say('', ['drone.tif']))).not.toContain('False colour');
    await chat.say('False colour', [], [plan]);
    expect(chat.analyst.drawn.at(-1)).not.toHaveProperty('composite');
  });

  it('whose bands were guessed says so at once, others only in the fold', async () => {
    const chat = new Conversation();
    expect(voicesOf(await chat.say('', ['field.tif']))).toEqual(['plain']);
    chat.analyst.bandsGuessed = true;
    const reply = await chat.say('', ['guess.tif']);
    expect(voicesOf(reply)).toEqual(['limits', 'plain']);
  });

  it('without a pixel size says its size in pixels', async () => {
    const chat = new Conversation();
    chat.analyst.pixelSize = null;
    expect(textOf(await chat.say('', ['field.tif']))).toContain('Pixel size: unknown | Size: 100 × 100 pixels');
  });

  it('by its address is read where it lies, whatever is said around it', async () => {
    const chat = new Conversation();
    const url = 'https://sentinel-cogs.s3.us-west-2.amazonaws.com/tiles/S2%20B04.tif?sig=a.b-1';
    const reply = await chat.say(`显示植被 <${url}>。`);
    expect(reply.plans).toEqual([{ operation: 'extract', targets: ['vegetation'] }]);
    expect(reply.language).toBe('zh');
    expect(chat.state.scenes[0]!.info.files).toEqual([{ name: 'S2 B04.tif', path: url }]);
    await chat.say('what is https://example.org/about.html and https://example.org/a.tif.html?');
    expect(chat.state.scenes).toHaveLength(1);
  });

  it('after its question carries the question out', async () => {
    const chat = new Conversation();
    expect(textOf(await chat.say('show vegetation'))).toContain('Drop a GeoTIFF');
    const reply = await chat.say('', ['field.tif']);
    expect(reply.plans).toEqual([{ operation: 'extract', targets: ['vegetation'] }]);
    // 12 + 5 + 1.5 + 0.5 ha
    expect(textOf(reply)).toContain('Vegetation covers 19 ha (19% of the scene) in 4 regions.');
    expect(reply.facts.map((f) => f.areaM2)).toEqual([190_000]);
  });

  it('with a question is answered, and how it was read is said once after and again on why', async () => {
    const chat = new Conversation();
    chat.analyst.bandsGuessed = true;
    chat.analyst.notes = ['field.tif holds 2 images; I read the first.'];
    const reading = 'I read this as blue, green, red, nir. field.tif holds 2 images; I read the first.';
    const first = textOf(await chat.say('show NDVI', ['field.tif']));
    expect(first.indexOf(reading)).toBeGreaterThanOrEqual(0);
    expect(first.indexOf(reading)).toBeGreaterThan(first.indexOf('The average NDVI'));
    expect(textOf(await chat.say('why?'))).toContain(reading);
    expect(textOf(await chat.say('show water'))).not.toContain(reading);
    expect(textOf(await chat.say('why?'))).toContain(reading);
  });

  it('is not commented on where the file says all', async () => {
    const chat = new Conversation();
    expect(textOf(await chat.say('show NDVI', ['field.tif']))).not.toContain('I read this as');
  });

  it('that was guessed is called a guess in Chinese, too', async () => {
    const chat = new Conversation();
    chat.analyst.bandsGuessed = true;
    expect(textOf(await chat.say('显示NDVI', ['field.tif']))).toContain(
      '文件没有写明波段，按常见顺序猜测为：blue, green, red, nir。',
    );
  });

  it('as the second one carries out the comparison that waited for it', async () => {
    const chat = await withScene('a_2020-01-01.tif');
    expect(textOf(await chat.say('what changed in the water?'))).toContain('I need two scenes');
    const reply = await chat.say('', ['b_2021-01-01.tif']);
    expect(textOf(reply)).toContain(
      'Water from a_2020-01-01.tif (1 January 2020) to b_2021-01-01.tif (1 January 2021): gained 3 ha (3%), lost 1 ha (1%), kept 16 ha (16%).',
    );
    expect(textOf(reply)).toContain('Compared on the 90% of the first scene');
  });

  it('with another that cannot be read leaves the good one usable', async () => {
    const chat = new Conversation();
    const reply = await chat.say('show water', ['broken.tif', 'field.tif']);
    expect(textOf(reply)).toContain('This file is not an image I can read.');
    expect(textOf(reply)).toContain('Water covers 10 ha');
    expect(reply.failure).toEqual({ code: 'scene-unreadable' });
  });

  it('that cannot be read is told in one sentence', async () => {
    const reply = await new Conversation().say('show water', ['broken.tif']);
    expect(textOf(reply)).toBe('This file is not an image I can read.');
  });

  it('together with another says which one the answer is about', async () => {
    const chat = new Conversation();
    const reply = await chat.say('show water', ['a_2020-01-01.tif', 'b_2021-01-01.tif']);
    expect(textOf(reply)).toContain('This is about b_2021-01-01.tif');
    expect(labelsOf(reply)).toContain('All scenes');
  });
});

describe('an answer', () => {
  it('keeps measured, model and limits apart', async () => {
    const chat = await withScene();
    chat.analyst.pixelSize = null;
    await chat.say('', ['drone.jpg']);
    const reply = await chat.say('show water');
    expect(voicesOf(reply)).toEqual(['plain', 'measured', 'limits']);
    expect(textOf(reply)).toContain(
      'Water covers 10% of the scene in 2 regions. The largest is 800 pixels, at the top left.',
    );
    expect(textOf(reply)).toContain('Tell me, for example "pixels are 0.5 m"');
    expect(textOf(reply)).not.toMatch(/\d ha\b/);
    expect(kindsOf(reply)).toEqual(['text', 'headline', 'picture', 'text', 'text', 'table', 'details', 'actions']);
    const details = reply.blocks.find((b: Block) => b.kind === 'details');
    expect(details).toMatchObject({
      lines: expect.arrayContaining(['In the mask: pixels with a probability above 0.44']),
    });
  });

  it('says when the word is narrower than the target', async () => {
    const reply = await (await withScene()).say('show the trees');
    expect(textOf(reply)).toContain(
      'You asked for "trees": the model marks all vegetation (trees, grass and crops alike).',
    );
  });

  it('says when there is nothing', async () => {
    const reply = await (await withScene()).say('show buildings');
    expect(textOf(reply)).toContain('I found no built-up land here.');
  });

  it('uses the unit that was asked for, from then on', async () => {
    const chat = await withScene();
    await chat.say('show water');
    // 100,000 m² / 4046.8564 = 24.71
    expect(textOf(await chat.say('how many acres?'))).toContain('Water covers 24.7 acres');
    // 190,000 m² / 4046.8564 = 46.95
    expect(textOf(await chat.say('show vegetation'))).toContain('47 acres');
  });

  it('keeps the rest when one of several requests fails', async () => {
    const chat = await withScene();
    const reply = await chat.say('show NDBI and show water');
    expect(reply.failure).toEqual({ code: 'band-missing' });
    expect(textOf(reply)).toContain("I can't compute NDBI");
    expect(textOf(reply)).toContain('Water covers 10 ha');
  });
});

describe('follow-ups', () => {
  it('on a finding ask the analyst nothing and take less than 100 ms', async () => {
    const chat = await withScene();
    await chat.say('show vegetation and water');
    const calls = chat.analyst.calls.length;
    for (const text of [
      'how many hectares is the largest?',
      'why?',
      'how sure are you?',
      'list all regions',
      'where is the second?',
      'how many?',
      'what share?',
      'in acres',
      'which is larger?',
    ]) {
      // Processor time: the machine may be busy with something else.
      const before = process.cpuUsage();
      await chat.say(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, text).toBeLessThan(100);
    }
    expect(chat.analyst.calls.slice(calls)).toEqual([]);
  });

  it('with a new filter keep the filters in force, and drop them on request', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    expect(textOf(await chat.say('only bigger than 1 ha'))).toContain('Vegetation covers 18.5 ha'); // 12 + 5 + 1.5
    const both = textOf(await chat.say('only in the north half'));
    expect(both).toContain('Vegetation covers 12 ha'); // of the top row, 12 and 0.5, the one above 1 ha
    expect(both).toContain('Kept: at least 1 ha and in the northern half.');
    expect(textOf(await chat.say('how big is it?'))).toContain('12 ha');
    expect(textOf(await chat.say('show all of them again'))).toContain('Vegetation covers 19 ha');
    expect(chat.analyst.calls.filter((c) => c.startsWith('extract'))).toHaveLength(1);
  });

  it('about a region that does not exist say how many there are', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    const reply = await chat.say('how big is region 7?');
    expect(textOf(reply)).toBe('There is no region 7 of vegetation: they are numbered 1 to 4.');
    expect(reply.failure).toEqual({ code: 'wrong-usage' });
  });

  it('measure what nobody has looked for yet, and show it', async () => {
    const chat = await withScene();
    const reply = await chat.say('how many hectares of water?');
    expect(textOf(reply)).toContain('Water covers 10 ha, 10% of the scene.');
    expect(kindsOf(reply)).toContain('picture');
  });

  it('on another scene find it by place, by "other" and by name', async () => {
    const chat = await withScene('havel.tif', 'dubai.tif');
    await chat.say('show water');
    expect(chat.state.currentScene).toBe(2);
    expect(textOf(await chat.say('same for the other image'))).toContain('Water · havel.tif');
    expect(chat.state.currentScene).toBe(1);
    expect(textOf(await chat.say('and in the dubai image?'))).toContain('Water · dubai.tif');
    expect(textOf(await chat.say('show water in image 5'))).toContain('There is no scene 5');
  });

  it('ask for index means and distances only', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    expect(await chat.callsOf('average NDVI of the largest')).toEqual(['statistics ndvi of region 1']);
    expect(await chat.callsOf('how far is it from region 3 to region 1')).toEqual(['distance 3 1']);
  });

  it('go from one target to the nearest of another, which is looked for when it must be', async () => {
    const chat = await withScene();
    await chat.say('show water');
    expect(await chat.callsOf('how far is the largest lake from the nearest forest')).toEqual([
      'extract vegetation',
      'draw overlay {"mode":"tint","opacity":0.65}',
      'distance 1 any of vegetation',
      'distance 1 1 of vegetation',
    ]);
    expect(textOf(await chat.say('how far is the lake from the nearest forest'))).toBe(
      'The nearest are region 2 of water and region 3 of vegetation: 240 m apart, edge to edge. From the largest region of water to the largest region of vegetation it is 240 m, edge to edge.',
    );
    expect(textOf(await chat.say('湖离最近的树多远'))).toContain('水体区域 2与植被区域 3，边缘之间相距 240 米');
    expect(textOf(await chat.say('how far is the lake from the nearest town'))).toContain(
      'I found no built-up land, so there is no distance to measure.',
    );
  });

  it('does not guess where the person is', async () => {
    const chat = await withScene();
    expect(textOf(await chat.say('where is the nearest lake'))).toContain(
      'I only know the picture, not where you are.',
    );
    expect(chat.analyst.calls).not.toContain('extract water');
  });
});

describe('looks', () => {
  it('change the picture only, and a colour stays with its target', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    expect(await chat.callsOf('red outlines')).toEqual([
      'draw overlay {"mode":"outline","opacity":0.65,"color":"#d62728"}',
    ]);
    expect(await chat.callsOf('zoom to region 2')).toEqual([
      'draw overlay {"mode":"outline","opacity":0.65,"color":"#d62728","zoomRegion":2}',
    ]);
    expect(await chat.callsOf('show water')).toEqual([
      'extract water',
      'draw overlay {"mode":"outline","opacity":0.65}',
    ]);
  });

  it('ask for a region that exists', async () => {
    const chat = await withScene();
    await chat.say('show water');
    expect(textOf(await chat.say('zoom to region 9'))).toContain('There is no region 9 of water');
  });
});

describe('corrections', () => {
  it('open the scene again and show anew what rested on the old reading', async () => {
    const chat = await withScene();
    chat.analyst.pixelSize = null;
    await chat.say('', ['drone.jpg']);
    await chat.say('show water');
    const reply = await chat.say('pixels are 0.5 m');
    expect(textOf(reply)).toContain('I now take a pixel as 0.5 m, as you stated.');
    expect(textOf(reply)).toContain('Water covers 10 ha');
    expect(textOf(reply)).toContain('Areas use the pixel size as you stated it: 0.5 m.');
    expect(chat.state.scenes[1]!.info.correction).toEqual({ pixelSizeM: 0.5 });
    // Nothing about the pixels has changed: the model is not asked again.
    expect(chat.analyst.calls.filter((call) => call.startsWith('extract'))).toEqual(['extract water']);
  });

  it('of the bands ask the model again', async () => {
    const chat = await withScene();
    await chat.say('show water');
    await chat.say('bands: red green blue nir');
    expect(chat.analyst.calls.filter((call) => call.startsWith('extract'))).toEqual(['extract water', 'extract water']);
  });

  it('of one band leave the others, and add up', async () => {
    const chat = await withScene();
    await chat.say('pixels are 2 m');
    await chat.say('the nir band is the first');
    expect(chat.state.scenes[0]!.info.correction).toEqual({ pixelSizeM: 2, bands: ['nir', 'green', 'red', null] });
  });

  it('lose nothing that was found: undo brings it back without asking the model again', async () => {
    const chat = await withScene();
    await chat.say('show water');
    const [found] = chat.state.findings;
    await chat.say('bands: red green blue nir');
    await chat.say('undo');
    expect(chat.state.findings).toContainEqual(found);
    expect(await chat.callsOf('show water')).not.toContain('extract water');
  });

  it('in words are kept with the finding', async () => {
    const chat = await withScene();
    await chat.say('show water');
    await chat.say('that is wrong, it is shadow');
    expect(chat.state.complaints).toEqual([
      { finding: chat.state.findings[0]!.id, words: 'that is wrong, it is shadow', by: 'u1' },
    ]);
    const complain = (words: string) =>
      chat.say('', [], [{ operation: 'correct', targets: [], correction: { complaint: words } }]);
    for (let i = 2; i <= 52; i++) await complain(`wrong ${i}`);
    // The first two had to go.
    expect(chat.state.complaints.map(({ words }) => words)).toEqual(
      Array.from({ length: 50 }, (_, i) => `wrong ${i + 3}`),
    );
  });
});

describe('memory', () => {
  it('survives JSON and goes back step by step', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    await chat.say('only bigger than 2 ha');
    await chat.say('call it North field');
    expect(chat.state.scenes[0]!.name).toBe('North field');
    await chat.say('undo');
    expect(chat.state.scenes[0]!.name).toBe('field.tif');
    expect(textOf(await chat.say('how big is it?'))).toContain('17 ha');
    await chat.say('undo');
    expect(textOf(await chat.say('how big is it?'))).toContain('19 ha');
  });

  it('shows what an undo brought back', async () => {
    const chat = await withScene();
    await chat.say('show vegetation');
    await chat.say('only bigger than 2 ha');
    const { blocks } = await chat.say('undo');
    expect(blocks.map((block) => block.kind)).toEqual(['text', 'headline', 'picture']);
    expect(blocks[1]).toMatchObject({ numbers: [{ value: '19 ha' }, {}, {}, {}] });
  });

  it('is bounded', async () => {
    const chat = await withScene();
    await chat.say('show water');
    for (let i = 0; i < MAX_UNDO + 5; i++) await chat.say(i % 2 ? 'outline only' : 'fill it in');
    expect(chat.state.undo).toHaveLength(MAX_UNDO);
  });

  it('keeps a scene that came with the step that is undone', async () => {
    const chat = await withScene();
    await chat.say('show water');
    await chat.say('', ['second.tif']);
    await chat.say('undo');
    expect(chat.state.scenes.map(({ name }) => name)).toEqual(['field.tif', 'second.tif']);
    expect(chat.state.currentScene).toBe(1);
  });

  it('runs again what was done last', async () => {
    const chat = await withScene();
    await chat.say('show water');
    const reply = await chat.say('again');
    expect(textOf(reply)).toContain('Water covers 10 ha');
  });

  it('lists scenes with what was found on them', async () => {
    const chat = await withScene('a.tif', 'b.tif');
    await chat.say('show water');
    const text = textOf(await chat.say('which images do you have?'));
    expect(text).toContain('1 | a.tif');
    expect(text).toContain('2 | b.tif (current) |  | water');
  });
});

describe('questions', () => {
  it('are asked twice in a row at most, then help is shown', async () => {
    const chat = await withScene();
    expect((await chat.say('blorp')).plans[0]!.operation).toBe('clarify');
    expect((await chat.say('flurb')).plans[0]!.operation).toBe('clarify');
    const third = await chat.say('zork');
    expect(third.plans[0]!.operation).toBe('help');
    expect(textOf(third)).toContain('show vegetation and water');
  });

  it('are answered by one word', async () => {
    const chat = await withScene();
    const question = await chat.say('show me');
    expect(textOf(question)).toBe('What shall I look for: vegetation, water or buildings?');
    expect(labelsOf(question)).toEqual(['Vegetation', 'Water', 'Built-up land']);
    expect(textOf(await chat.say('water'))).toContain('Water covers 10 ha');
  });
});

describe('language', () => {
  it.each([
    ['show water', 'what changed?', 'Water', '10 ha · 10% · 2 regions', 'Water gained', 'no coordinate system'],
    ['显示水体', '有什么变化?', '水体', '10 公顷 · 10% · 2 个区域', '新增的水体', '没有坐标系'],
  ])('reaches the words drawn into the pictures: %s', async (show, compare, label, value, gained, noCrs) => {
    const chat = await withScene('a.tif', 'b.tif');
    await chat.say(show);
    const overlay = chat.analyst.drawn.at(-1)!;
    expect(overlay).toMatchObject({ kind: 'overlay', legend: [{ label, value }], words: { noCrs } });
    await chat.say(compare);
    expect(chat.analyst.drawn.at(-1)).toMatchObject({ kind: 'change', legend: { gained: { label: gained } } });
  });

  it('is that of the message', async () => {
    const chat = await withScene();
    const reply = await chat.say('显示植被');
    expect(reply.language).toBe('zh');
    expect(textOf(reply)).toContain('植被面积 19 公顷，占影像 19%，共 4 个区域。');
    // 120,000 m² are 180 mu (1 mu = 2000/3 m²)
    expect(textOf(await chat.say('最大的有多少亩'))).toContain('最大的植被区域为 180 亩');
    expect((await chat.say('how big is the largest?')).language).toBe('en');
  });

  it('stays when the words tell nothing', async () => {
    const chat = await withScene();
    await chat.say('显示植被');
    expect((await chat.say('geojson')).language).toBe('zh');
  });

  it('marks errors of others as what they are', async () => {
    const reply = await (await withScene()).say('显示建筑指数');
    expect(textOf(reply)).toContain("影像缺少所需的波段。（I can't compute NDBI: it has no swir16 band.）");
  });
});

describe('failures', () => {
  it('of ours reject the turn when nobody reports them', async () => {
    const chat = await withScene();
    chat.analyst.statistics = async () => {
      throw new TypeError('a bug');
    };
    await chat.say('show water');
    await expect(chat.say('average NDVI of the largest')).rejects.toThrow('a bug');
  });

  it('leave the rest when they are reported, and show no more than the incident', async () => {
    const chat = await withScene();
    chat.report = () => 'abc123';
    chat.analyst.index = async () => {
      throw new TypeError('/secret/path');
    };
    const reply = await chat.say('show NDVI and show water');
    expect(textOf(reply)).toContain('logged it as abc123');
    expect(textOf(reply)).toContain('Water covers 10 ha');
    expect(textOf(reply)).not.toContain('/secret/path');
    expect(reply.failure).toEqual({ code: 'unexpected', incident: 'abc123' });
  });

  it('do not hide that the run was cancelled', async () => {
    const chat = await withScene();
    chat.analyst.dropAfterExtract = () => chat.cancel();
    await expect(chat.say('show water and show NDVI')).rejects.toThrow('cancelled');
  });
});

describe('out of scope', () => {
  it('is declined with what is possible', async () => {
    const reply = await (await withScene()).say('count the cars');
    expect(textOf(reply)).toContain('I can\'t help with "cars": I look for vegetation, water and buildings only.');
    expect(labelsOf(reply)).toContain('Show vegetation');
  });
});

describe('settings of a conversation', () => {
  it('are told and set before there is a scene, and hold for what comes', async () => {
    const chat = new Conversation();
    expect(textOf(await chat.say('', [], [{ operation: 'restyle', targets: [] }]))).toBe(
      'In this conversation areas are given in m², ha or km², by their size, and overlays are drawn as a tint, 65 % opaque.',
    );
    const plans = [{ operation: 'restyle', targets: [], unit: 'acre', style: { mode: 'outline' } }] as const;
    expect(textOf(await chat.say('', [], plans))).toBe(
      'In this conversation areas are given in acres, and overlays are drawn as outlines.',
    );
    // 190,000 m² / 4,046.856 = 46.950 acres.
    expect(textOf(await chat.say('show vegetation', ['field.tif']))).toContain('Vegetation covers 47 acres');
    expect(chat.analyst.calls.at(-1)).toContain('outline');
    await chat.say('', [], [{ operation: 'restyle', targets: [], unit: null }]);
    expect(textOf(await chat.say('how big is it?'))).toContain('19 ha');
  });
});

describe('an index map', () => {
  it('measures a range as the difference of its two ends', async () => {
    const chat = await withScene();
    const text = textOf(await chat.say('NDVI between 0.2 and 0.5'));
    // 30 ha above 0.2 less 10 ha above 0.5
    expect(text).toContain('NDVI lies between 0.2 and 0.5 on 20 ha, 20% of the valid pixels.');
  });

  it('is not drawn again for its area in another unit', async () => {
    const chat = await withScene();
    await chat.say('NDVI above 0.2');
    expect(await chat.callsOf('how many acres is that?')).toEqual([]);
    expect(textOf(await chat.say('how many acres is that?'))).toMatch(/^NDVI is above 0.2 on [\d.]+ acres/);
  });
});
