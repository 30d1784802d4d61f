"""Programs as tutorials have them, written anew: each gives what is captured, its arguments, and its options."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

Program = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
TUTORIALS: dict[str, Callable[[], Program]] = {}


def program(make: Callable[[], Program]) -> Callable[[], Program]:
    TUTORIALS[make.__name__] = make
    return make


@program
def small_le_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 3, 3)
            self.fc1, self.fc2 = nn.Linear(3 * 2 * 2, 5), nn.Linear(5, 3)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = torch.flatten(x, 1)
            x = F.relu(self.fc1(x))
            return self.fc2(x)

    criterion = nn.MSELoss()
    return Net(), (torch.randn(1, 1, 14, 14),), {"loss": lambda out: criterion(out, torch.randn(3).view(1, -1))}


@program
def from_scratch():
    weights = torch.randn(6, 3) / math.sqrt(6)
    weights.requires_grad_()
    bias = torch.zeros(3, requires_grad=True)

    def log_softmax(x):
        return x - x.exp().sum(-1).log().unsqueeze(-1)

    def model(xb):
        return log_softmax(xb @ weights + bias)

    def nll(output, target):
        return -output[range(target.shape[0]), target].mean()

    return model, (torch.randn(4, 6),), {"loss": lambda out: nll(out, torch.tensor([0, 2, 1, 1]))}


@program
def training_loop_by_hand():
    weights, bias = torch.randn(3, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 1, 0])

    def train():
        for _ in range(2):
            loss = F.cross_entropy(x @ weights + bias, y)
            loss.backward()
            with torch.no_grad():
                weights.sub_(weights.grad * 0.5)
                bias.sub_(bias.grad * 0.5)
                weights.grad.zero_()
                bias.grad.zero_()
        return loss

    return train, (), {}


@program
def training_loop_with_an_optimizer():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    x, y = torch.randn(4, 3), torch.randn(4, 1)

    def train():
        for _ in range(3):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    return train, (), {}


@program
def gradient_accumulation():
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [(torch.randn(2, 3), torch.randn(2, 1)) for _ in range(2)]

    def accumulate():
        for x, y in batches:
            loss = F.mse_loss(model(x), y) / len(batches)
            loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return accumulate, (), {}


@program
def char_rnn():
    class RNN(nn.Module):
        def __init__(self, size, hidden, output):
            super().__init__()
            self.hidden_size = hidden
            self.i2h = nn.Linear(size + hidden, hidden)
            self.h2o = nn.Linear(hidden, output)
            self.softmax = nn.LogSoftmax(dim=1)

        def forward(self, line, hidden):
            combined = torch.cat((line, hidden), 1)
            hidden = torch.tanh(self.i2h(combined))
            return self.softmax(self.h2o(hidden)), hidden

    rnn = RNN(4, 3, 2)

    def classify(line):
        hidden = torch.zeros(1, rnn.hidden_size)
        for i in range(line.size()[0]):
            output, hidden = rnn(line[i], hidden)
        return nn.NLLLoss()(output, torch.tensor([1]))

    return classify, (F.one_hot(torch.tensor([[0], [3], [1]]), 4).double(),), {}


@program
def rnn_in_one_call():
    class RNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.RNN(3, 4, batch_first=True), nn.Linear(4, 2)

        def forward(self, x):
            h0 = torch.zeros(1, x.size(0), 4)
            seq, _ = self.rnn(x, h0)
            return self.out(seq[:, -1, :])

    return RNN(), (torch.randn(2, 3, 3),), {"loss": lambda out: F.cross_entropy(out, torch.tensor([0, 1]))}


@program
def gru_in_one_call():
    net = nn.GRU(2, 3)
    return (lambda x: net(x)[1].pow(2).sum()), (torch.randn(2, 1, 2),), {}


@program
def word_embedding():
    class NGram(nn.Module):
        def __init__(self):
            super().__init__()
            self.embeddings = nn.Embedding(6, 3)
            self.linear1, self.linear2 = nn.Linear(6, 4), nn.Linear(4, 6)

        def forward(self, inputs):
            embeds = self.embeddings(inputs).view((1, -1))
            out = F.relu(self.linear1(embeds))
            return F.log_softmax(self.linear2(out), dim=1)

    return NGram(), (torch.tensor([2, 4]),), {"loss": lambda out: F.nll_loss(out, torch.tensor([1]))}


@program
def word_embedding_of_a_batch():
    table = nn.Embedding(6, 3, padding_idx=0)
    return (lambda x: table(x).mean(dim=1).pow(2).sum()), (torch.tensor([[1, 2, 0], [3, 3, 5]]),), {}


@program
def variational_autoencoder():
    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.fc21, self.fc22 = nn.Linear(6, 4), nn.Linear(4, 2), nn.Linear(4, 2)
            self.fc3, self.fc4 = nn.Linear(2, 4), nn.Linear(4, 6)

        def encode(self, x):
            h1 = F.relu(self.fc1(x))
            return self.fc21(h1), self.fc22(h1)

        def reparameterize(self, mu, logvar):
            std = torch.exp(0.5 * logvar)
            eps = torch.randn_like(std)
            return mu + eps * std

        def decode(self, z):
            return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

        def forward(self, x):
            mu, logvar = self.encode(x.view(-1, 6))
            z = self.reparameterize(mu, logvar)
            return self.decode(z), mu, logvar

    model = VAE()

    def loss(x):
        recon, mu, logvar = model(x)
        BCE = F.binary_cross_entropy(recon, x.view(-1, 6), reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return BCE + KLD

    return loss, (torch.rand(2, 2, 3),), {}


def _gan():
    G = nn.Sequential(nn.Linear(2, 4), nn.LeakyReLU(0.2, inplace=True), nn.Linear(4, 3), nn.Tanh())
    D = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1), nn.Sigmoid())
    return G, D, nn.BCELoss(), torch.randn(2, 3), torch.randn(2, 2)


@program
def gan_step():
    G, D, criterion, real, noise = _gan()
    opt_d, opt_g = torch.optim.Adam(D.parameters(), 0.01), torch.optim.Adam(G.parameters(), 0.01)

    def step():
        D.zero_grad()
        label = torch.full((2,), 1.0)
        errD_real = criterion(D(real).view(-1), label)
        errD_real.backward()
        fake = G(noise)
        label.fill_(0.0)
        errD_fake = criterion(D(fake.detach()).view(-1), label)
        errD_fake.backward()
        opt_d.step()
        G.zero_grad()
        label.fill_(1.0)
        errG = criterion(D(fake).view(-1), label)
        errG.backward()
        opt_g.step()
        return errG

    return step, (), {}


@program
def basic_block():
    class BasicBlock(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c)
            self.relu = nn.ReLU(inplace=True)
            self.conv2, self.bn2 = nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c)

        def forward(self, x):
            identity = x
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += identity
            return self.relu(out)

    net = nn.Sequential(BasicBlock(2), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(2, 3))
    return net, (torch.randn(2, 2, 4, 4),), {"loss": lambda out: F.cross_entropy(out, torch.tensor([0, 2]))}


@program
def seq2seq_attention():
    class Attention(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.Wa, self.Ua, self.Va = nn.Linear(n, n), nn.Linear(n, n), nn.Linear(n, 1)

        def forward(self, query, keys):
            scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
            scores = scores.squeeze(2).unsqueeze(1)
            weights = F.softmax(scores, dim=-1)
            return torch.bmm(weights, keys), weights

    class Decoder(nn.Module):
        def __init__(self, n, words):
            super().__init__()
            self.embedding, self.attention = nn.Embedding(words, n), Attention(n)
            self.gru, self.out = nn.GRUCell(2 * n, n), nn.Linear(n, words)

        def forward(self, keys, hidden, target):
            word, loss = torch.zeros(1, dtype=torch.long), 0
            for t in range(2):
                context, _ = self.attention(hidden.unsqueeze(1), keys)
                hidden = self.gru(torch.cat((self.embedding(word), context[:, 0]), dim=1), hidden)
                logits = self.out(hidden)
                loss = loss + F.cross_entropy(logits, target[t : t + 1])
                _, topi = logits.topk(1)
                word = topi.squeeze(-1).detach()
            return loss

    return Decoder(3, 4), (torch.randn(1, 3, 3), torch.randn(1, 3), torch.tensor([2, 3])), {}


@program
def tied_weights():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.Embedding(5, 3), nn.Linear(3, 5, bias=False)
            self.decoder.weight = self.encoder.weight

        def forward(self, x):
            return self.decoder(torch.tanh(self.encoder(x)))

    return Model(), (torch.tensor([1, 4]),), {"loss": lambda out: F.cross_entropy(out, torch.tensor([0, 1]))}


@program
def frozen_backbone():
    backbone, head = nn.Linear(3, 4), nn.Linear(4, 2)
    for p in backbone.parameters():
        p.requires_grad = False
    return (lambda x: head(F.relu(backbone(x))).pow(2).mean()), (torch.randn(2, 3),), {}


@program
def two_losses():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.shared, self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 2), nn.Linear(4, 1)

        def forward(self, x):
            h = F.relu(self.shared(x))
            return {"class": self.a(h), "value": self.b(h)}

    net = Net()

    def both(x, target, value):
        out = net(x)
        loss_a = F.cross_entropy(out["class"], target)
        loss_b = F.smooth_l1_loss(out["value"].squeeze(), value)
        return 0.7 * loss_a + 0.3 * loss_b

    return both, (torch.randn(2, 3), torch.tensor([0, 1]), torch.randn(2)), {}


@program
def moving_average_of_a_teacher():
    student = nn.Linear(3, 2)
    teacher = copy.deepcopy(student)

    def step(x):
        with torch.no_grad():
            for t, s in zip(teacher.parameters(), student.parameters(), strict=True):
                t.mul_(0.9).add_(s, alpha=0.1)
            target = teacher(x)
        return F.mse_loss(student(x), target)

    return step, (torch.randn(2, 3),), {}


@program
def moving_average_of_data():
    student = nn.Linear(3, 2)
    teacher = copy.deepcopy(student)

    def step(x):
        loss = F.mse_loss(student(x), teacher(x).detach())
        for t, s in zip(teacher.parameters(), student.parameters(), strict=True):
            t.data.copy_(0.9 * t.data + 0.1 * s.data)
        return loss

    return step, (torch.randn(2, 3),), {}


@program
def legendre_polynomial():
    class P3(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return 0.5 * (5 * x**3 - 3 * x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 1.5 * (5 * x**2 - 1)

    a, b, c, d = (torch.tensor(v, requires_grad=True) for v in (0.0, -1.0, 0.0, 0.3))
    x = torch.linspace(-math.pi, math.pi, 5)
    y = torch.sin(x)

    def fit():
        y_pred = a + b * P3.apply(c + d * x)
        return (y_pred - y).pow(2).sum()

    return fit, (), {}


@program
def dropout_and_batch_norm():
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(p=0.25), nn.Linear(4, 2))
    return net, (torch.randn(4, 3),), {"loss": lambda out: nn.CrossEntropyLoss()(out, torch.tensor([0, 1, 1, 0]))}


@program
def batch_norm_by_hand():
    gamma, beta = torch.ones(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    running = torch.zeros(3)

    def norm(x):
        mean, var = x.mean(dim=0), x.var(dim=0, unbiased=False)
        running.mul_(0.9).add_(0.1 * mean.detach())
        x_hat = (x - mean) / torch.sqrt(var + 1e-5)
        return (gamma * x_hat + beta).pow(3).sum()

    return norm, (torch.randn(4, 3, requires_grad=True),), {}


@program
def positions_and_causal_attention():
    class Attention(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.key, self.query, self.value = (nn.Linear(size, size, bias=False) for _ in range(3))
            self.register_buffer("tril", torch.tril(torch.ones(8, 8)))
            self.token, self.position = nn.Embedding(7, size), nn.Embedding(8, size)

        def forward(self, idx):
            T = idx.shape[1]
            x = self.token(idx) + self.position(torch.arange(T))
            k, q, v = self.key(x), self.query(x), self.value(x)
            wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
            wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
            return F.softmax(wei, dim=-1) @ v

    return Attention(4), (torch.tensor([[1, 3, 5], [0, 2, 2]]),), {"loss": lambda out: out.square().mean()}


@program
def flash_attention():
    w = nn.Linear(4, 12)

    def attend(x):
        q, k, v = w(x).chunk(3, dim=-1)
        return F.scaled_dot_product_attention(q, k, v, is_causal=True).pow(2).mean()

    return attend, (torch.randn(1, 3, 4),), {}


@program
def encoder_layer():
    net = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    return net, (torch.randn(1, 3, 4),), {"loss": lambda out: out.pow(2).mean()}


@program
def policy_gradient():
    policy = nn.Linear(4, 2)

    def reinforce(states, returns):
        probs = F.softmax(policy(states), dim=1)
        m = torch.distributions.Categorical(probs)
        action = m.sample()
        return (-m.log_prob(action) * returns).sum()

    return reinforce, (torch.randn(3, 4), torch.tensor([1.0, 0.5, 0.2])), {}


@program
def actions_that_were_taken():
    net, target = nn.Linear(3, 2), nn.Linear(3, 2)

    def q_learning(state, action, reward, following):
        q = net(state).gather(1, action.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            best = target(following).max(1).values
        return F.smooth_l1_loss(q, reward + 0.9 * best)

    return q_learning, (torch.randn(2, 3), torch.tensor([0, 1]), torch.randn(2), torch.randn(2, 3)), {}


@program
def style_transfer():
    def gram(x):
        a, b, c, d = x.size()
        features = x.view(a * b, c * d)
        return torch.mm(features, features.t()).div(a * b * c * d)

    goal = torch.randn(2, 2)
    return (lambda x: F.mse_loss(gram(x), goal)), (torch.randn(1, 2, 3, 3, requires_grad=True),), {}


@program
def fast_gradient_sign():
    model = nn.Linear(3, 2)

    def attack(x, target):
        loss = F.nll_loss(F.log_softmax(model(x), dim=1), target)
        model.zero_grad()
        loss.backward()
        x_adv = torch.clamp(x + 0.1 * x.grad.sign(), 0, 1)
        return x_adv

    return attack, (torch.rand(2, 3, requires_grad=True), torch.tensor([0, 1])), {}


@program
def contrastive_loss():
    net = nn.Linear(3, 4)

    def nt_xent(a, b):
        z = F.normalize(torch.cat([net(a), net(b)]), dim=1)
        sim = z @ z.T / 0.5
        sim.fill_diagonal_(-9e15)
        labels = torch.cat([torch.arange(2) + 2, torch.arange(2)])
        return F.cross_entropy(sim, labels)

    return nt_xent, (torch.randn(2, 3), torch.randn(2, 3)), {}


@program
def mixture_of_experts():
    gate, experts = nn.Linear(3, 2), nn.ModuleList(nn.Linear(3, 3) for _ in range(2))

    def forward(x):
        weights = torch.softmax(gate(x), dim=-1)
        top, index = weights.topk(1, dim=-1)
        out = torch.zeros_like(x)
        for i, expert in enumerate(experts):
            out = out + (index == i).double() * top * expert(x)
        return out.pow(2).sum()

    return forward, (torch.randn(2, 3),), {}


@program
def routed_tokens():
    experts, gate = nn.ModuleList(nn.Linear(3, 3) for _ in range(3)), nn.Linear(3, 3)

    def forward(x):
        top, index = torch.softmax(gate(x), dim=-1).topk(2, dim=-1)
        out = torch.zeros_like(x)
        for number in torch.unique(index):
            rows, place = (index == number).nonzero(as_tuple=True)
            out.index_add_(0, rows, experts[int(number)](x[rows]) * top[rows, place][:, None])
        return out.pow(2).sum()

    return forward, (torch.randn(4, 3),), {}


@program
def dataclass_of_lists():
    w = nn.ParameterList([nn.Parameter(torch.randn(2, 2)) for _ in range(3)])

    def deep(x):
        outs = []
        for p in w:
            x = torch.tanh(x @ p)
            outs.append(x)
        return torch.stack(outs).mean()

    return deep, (torch.randn(1, 2),), {}


@program
def filled_row_by_row():
    cell = nn.RNNCell(2, 2)

    def collect(xs):
        outputs = torch.zeros(3, 2)
        h = torch.zeros(1, 2)
        for t in range(3):
            h = cell(xs[t], h)
            outputs[t] = h[0]
        return outputs.pow(2).sum()

    return collect, (torch.randn(3, 1, 2),), {}


@program
def checkpointed():
    from torch.utils.checkpoint import checkpoint

    block, head = nn.Sequential(nn.Linear(3, 3), nn.Tanh()), nn.Linear(3, 1)

    def run(x):
        return head(checkpoint(block, x, use_reentrant=False)).sum()

    return run, (torch.randn(2, 3),), {}
